#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const cli_topic cli_topics[] = {
    {"exit-codes", "what a script can rely on",
     "0    an answer was given\n"
     "1    the answer is no (window --at; risk, validate --require; db check with errors; rerun:\n     it differs)\n"
     "2    the question could not be understood: options, formula, units, names\n"
     "3    a database or another file could not be read or written\n"
     "4    the database lacks a parameter, a phase or an element\n"
     "5    the calculation did not converge, or memory ended, or the answer, which is printed, is not certified\n"
     "6    outside the validity of the parameters; step, gap, activity: everywhere; risk: firings that\n     contradict\n"
     "7    cases of a study failed; the others and a table of all are there\n"
     "130  interrupted\n"
     "A reader that leaves early, as in kiln step ... | head, ends kiln quietly by SIGPIPE (141 in a shell).\n"},
    {"window", "what a single-phase window is",
     "A composition is single phase where no other phase, and no mixture of phases, has a lower\n"
     "Gibbs energy at the same composition and atmosphere. At each temperature the structure's own\n"
     "equilibrium (who sits where, with which charge) gives chemical potentials; every competitor is\n"
     "compared with their tangent plane. A window ends where one of them touches it:\n"
     "  phase         another phase, or a set of phases, becomes stable\n"
     "  demixing      the structure separates into two compositions of itself\n"
     "  liquid        it melts\n"
     "  reduction     a phase in which the same cations have lower charges\n"
     "  validity      the parameters are not usable beyond; the window may go on\n"
     "  search_limit  the search range ends; the window goes on\n"
     "The temperature at which XRD would see the second phase lies inside the two-phase field, where\n"
     "its amount reaches --detect (2 wt % unless told): compare experiments with that one.\n"},
    {"uncertainty", "where ± comes from",
     "Every number of the database has a standard deviation, fitted sets a covariance. The ends of\n"
     "all competitors are linearised in these numbers and sampled jointly (--samples, --seed): ± is\n"
     "half the interval from 16 to 84 %, which is clipped to the range searched. An end is the first of\n"
     "several competitors, so that the interval can lie askew of the best value, even beside it; the\n"
     "median is printed then. \"decided by\" lists the numbers that matter most: their sigma, by how many\n"
     "kelvins they move the end, and the kelvins that each alone would contribute; correlated numbers\n"
     "partly cancel. ± of a competitor is its own, whatever comes before it. What is not in the database,\n"
     "such as a missing phase or a slow reaction, is in none of them. --at gives the probability that\n"
     "the answer is yes, from the same samples.\n"},
    {"estimates", "missing parameters",
     "A pair of ions without an interaction in the database is taken as ideal and listed. With\n"
     "--no-estimate it is an error that names the pair, exit 4. Values whose status is \"estimated\"\n"
     "come with wide standard deviations of their own.\n"},
    {"atmosphere", "oxygen and other gases",
     "air        p(O2) 0.2095 bar, p(CO2) 0.00042 bar\n"
     "O2         p(O2) 1 bar\n"
     "Ar, N2     p(O2) 1e-5 bar nominal, uncertain by a factor of ten\n"
     "H2/H2O=1   a buffered mixture; p(H2O) = 1/(1 + ratio) bar. CO/CO2=1 alike, with p(CO2)\n"
     "closed     oxygen is conserved as written in the formula\n"
     "--po2 1e-8bar sets the pressure itself. With CO2 carbonates compete: --pco2 none leaves them out.\n"
     "Where the gas supplies oxygen, the oxygen of the formula only suggests the structure.\n"},
    {"charges", "how charges are inferred",
     "Elements start at their usual charge; what is missing to neutrality is taken where it costs\n"
     "least. These charges only choose the structure: the charges in a result are those of the\n"
     "calculated equilibrium.\n"},
    {"entropy", "bases and classes",
     "Ideal configurational entropy, -R sum x ln x over random sublattices. Low below 1 R, medium\n"
     "below 1.5 R, high from there, on the sublattice that mixes most. Other bases (per formula, per\n"
     "cation, per site) can give another class; the result says so. \"per cation\" is the entropy of the\n"
     "sublattices as written; pooling all cations on one sublattice, as if an ordered oxide were not,\n"
     "sets no class. A window takes the sublattices of its structure, not those of the formula.\n"},
    {"gap", "solubility limits, binodals, spinodals",
     "Between two compositions A and B, x counts cations. A solubility limit is where a phase stops being\n"
     "the only one; a binodal the two compositions of one structure with a common tangent, every other\n"
     "phase left out; between its spinodals the structure is unstable against small changes. Oxygen is\n"
     "exchanged with the gas in all of them. In a binary a tie line gives both limits at once.\n"},
    {"activity", "activities and what they refer to",
     "a = exp((mu - mu0) / RT) per mole of the cation, mu0 of what the cation alone is in the same\n"
     "atmosphere: the stable simple oxide, or the metal, or a carbonate. Relative to a structure mu0 is\n"
     "that of the cation alone in this structure, stable or not. gamma = a / X, X its fraction of the\n"
     "cations. A compound of fixed ratio by itself fixes only a sum of potentials: then none is given.\n"},
    {"fit", "what a fit says",
     "off     model less measured, in standard deviations; ! counts less by Huber's loss\n"
     "out     the same if the datum had been left out, from its leverage\n"
     "lev.    leverage, 0 to 1: how far the datum decides its own fitted value\n"
     "data    what the data have taken from the variance of the prior\n"
     "narrowed  by how much the data narrow a combination of parameters against the priors;\n"
     "        with a star the priors decide it\n"
     "The covariance is as the sigmas say, or wider by chi-square over its degrees of freedom where\n"
     "chi-square is above its 95 % limit. Parameters that neither data nor priors determine are\n"
     "named, exit 5.\n"},
    {"methods", "equations and solvers",
     "Compound energy formalism: M. Hillert, J. Alloys Compd. 320 (2001) 161. Equilibria minimise the\n"
     "Gibbs energy by column generation on the tangent plane and a Newton method; --solver nlopt does\n"
     "every minimisation by SLSQP instead, slower, to compare.\n"},
    {"certificate", "what \"certified\" means",
     "A minimum found from many starts is not proof that no lower one exists. A certificate is one: by\n"
     "branch and bound over all constitutions of all phases, no phase is more stable than the answer\n"
     "by more than the gap, in J per mol of cations; --certify-gap lowers the potentials of the\n"
     "components by so much, J/mol, for the proof to have room. Where the budget of boxes\n"
     "(--certify-budget) ends first the result says \"not certified\" and at which phase; it may be right\n"
     "all the same, and the exit code is 5. --no-certify leaves the proof out.\n"
     "A window is proved at all its temperatures: at some by branch and bound, between them by how much\n"
     "heat capacities can bend energies. Its ends follow from the model to within the kelvins given.\n"},
    {NULL, NULL, NULL},
};
enum { N_TOPICS = sizeof cli_topics / sizeof *cli_topics - 1 };

static cli_exit list_topics(void)
{
    puts("kiln explain TOPIC, with one of");
    for (int i = 0; i < N_TOPICS; ++i) printf("  %-12s %s\n", cli_topics[i].name, cli_topics[i].summary);
    return fflush(stdout) == 0 ? CLI_OK : cli_output_failed(errno);
}

static cli_exit run(cli_session *session)
{
    const char *names[N_TOPICS];
    if (session->n_what == 0) return list_topics();
    for (int i = 0; i < N_TOPICS; ++i) {
        names[i] = cli_topics[i].name;
        if (strcmp(cli_topics[i].name, session->what[0]) == 0)
            return cli_output_stdout(cli_topics[i].text, strlen(cli_topics[i].text));
    }
    const char *near = cli_nearest(session->what[0], names, N_TOPICS);
    if (near) return cli_usage(session->verb, "there is no topic \"%s\"; did you mean %s?", session->what[0], near);
    return cli_usage(session->verb, "there is no topic \"%s\"; `kiln explain` lists them", session->what[0]);
}

static struct poptOption options[] = {CLI_FLAG_OPTION("help", 'h', CLI_HELP, "this text"), POPT_TABLEEND};

const cli_verb cli_explain = {
    .name = "explain",
    .arguments = "[TOPIC]",
    .summary = "exit codes, words and methods, in short",
    .examples = "  kiln explain\n  kiln explain exit-codes\n",
    .options = options,
    .n_least = 0,
    .n_most = 1,
    .run = run,
};
