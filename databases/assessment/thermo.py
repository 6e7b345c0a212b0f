"""A small reader and evaluator of kiln databases: Python's standard library only.

It reads the part of YAML that the databases use (block and flow maps and lists, comments, quoted strings), evaluates named
functions and phases, and minimises the driving force of a phase at given chemical potentials. It exists so that an
assessment can be repeated and checked without kiln itself; kiln does the same work with certificates and fast.
"""
import math
import os
import re

R = 8.31446261815324


# ---- YAML subset ---------------------------------------------------------------------------------------------------
def _strip(line):
    out, quote = [], None
    for k, c in enumerate(line):
        if quote:
            if c == quote:
                quote = None
        elif c in "\"'":
            if k == 0 or line[k - 1] in " [{,:":
                quote = c
        elif c == "#" and (k == 0 or line[k - 1] in " \t"):
            break
        out.append(c)
    return "".join(out).rstrip()


def _scalar(s):
    s = s.strip()
    if len(s) > 1 and s[0] == s[-1] and s[0] in "\"'":
        return s[1:-1]
    return s


class _Flow:
    def __init__(self, s):
        self.s, self.i = s, 0

    def ws(self):
        while self.i < len(self.s) and self.s[self.i] in " \t\n":
            self.i += 1

    def value(self, stop):
        self.ws()
        c = self.s[self.i]
        if c == "{":
            self.i += 1
            d = {}
            while True:
                self.ws()
                if self.s[self.i] == "}":
                    self.i += 1
                    return d
                if self.s[self.i] == ",":
                    self.i += 1
                    continue
                key = self.token(":")
                self.i += 1
                d[key] = self.value(",}")
        if c == "[":
            self.i += 1
            out = []
            while True:
                self.ws()
                if self.s[self.i] == "]":
                    self.i += 1
                    return out
                if self.s[self.i] == ",":
                    self.i += 1
                    continue
                out.append(self.value(",]"))
        return self.token(stop)

    def token(self, stop):
        self.ws()
        if self.s[self.i] in "\"'":
            q = self.s[self.i]
            j = self.s.index(q, self.i + 1)
            t = self.s[self.i + 1:j]
            self.i = j + 1
            self.ws()
            return t
        j, depth = self.i, 0
        while self.s[j] not in stop or depth:
            if self.s[j] == "(":
                depth += 1
            if self.s[j] == ")":
                depth -= 1
            j += 1
        t = self.s[self.i:j].strip()
        self.i = j
        return t


def _depth(s):
    n, q = 0, None
    for c in s:
        if q:
            q = None if c == q else q
        elif c == '"':
            q = c
        elif c in "[{":
            n += 1
        elif c in "]}":
            n -= 1
    return n


def load_text(text):
    raw = [_strip(x) for x in text.split("\n")]
    lines, k = [], 0
    while k < len(raw):
        x = raw[k]
        if x.strip() and x.strip() != "---":
            ind = len(x) - len(x.lstrip())
            body = x.strip()
            while _depth(body) > 0:
                k += 1
                body += " " + raw[k].strip()
            lines.append([ind, body])
        k += 1

    def value_of(rest, pos, ind):
        rest = rest.strip()
        if rest in (">", "|", ">-", "|-"):
            out = []
            while pos < len(lines) and lines[pos][0] > ind:
                out.append(lines[pos][1])
                pos += 1
            return " ".join(out), pos
        if rest == "":
            if pos < len(lines) and (lines[pos][0] > ind or (lines[pos][0] == ind and lines[pos][1].startswith("- "))):
                return block(pos, lines[pos][0])
            return None, pos
        if rest[0] in "{[":
            return _Flow(rest + " ").value(","), pos
        while pos < len(lines) and lines[pos][0] > ind:   # plain scalar over several lines
            rest += " " + lines[pos][1]
            pos += 1
        return _scalar(rest), pos

    def block(pos, ind):
        if lines[pos][1].startswith("- ") or lines[pos][1] == "-":
            out = []
            while pos < len(lines) and lines[pos][0] == ind and lines[pos][1].startswith("-"):
                rest = lines[pos][1][1:].strip()
                if rest and rest[0] not in "{[\"'" and re.match(r"[^\s:]+:( |$)", rest):
                    lines[pos] = [ind + 2, rest]
                    v, pos = block(pos, ind + 2)
                else:
                    v, pos = value_of(rest, pos + 1, ind)
                out.append(v)
            return out, pos
        d = {}
        while pos < len(lines) and lines[pos][0] == ind and not lines[pos][1].startswith("- "):
            m = re.match(r"(\"[^\"]*\"|'[^']*'|[^:\s][^:]*?):(?:\s+(.*)|)$", lines[pos][1])
            if not m:
                raise ValueError("cannot read: " + lines[pos][1])
            v, pos = value_of(m.group(2) or "", pos + 1, ind)
            d[_scalar(m.group(1))] = v
        return d, pos

    return block(0, lines[0][0])[0]


UNIT = {"J/mol": 1.0, "kJ/mol": 1e3, "J/mol/K": 1.0, "kJ/mol/K": 1e3, "K": 1.0, "": 1.0}


def quantity(s):
    m = re.match(r"\s*([-+0-9.eE]+)\s*(\S*)\s*$", str(s))
    return float(m.group(1)) * UNIT[m.group(2)] if m else None


# ---- expressions ---------------------------------------------------------------------------------------------------
_num = r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


def parse_expr(s):
    """list of (coefficient, power of T, power of ln T, function name or None)"""
    s = s.replace("**", "^").replace(" ", "")
    s = re.sub(r"kJ/mol$", "*1000", s)
    s = re.sub(r"J/mol$", "", s)
    terms, k = [], 0
    while k < len(s):
        sign = 1.0
        while k < len(s) and s[k] in "+-":
            sign = -sign if s[k] == "-" else sign
            k += 1
        coef, pw, lg, fn, div = sign, 0.0, 0, None, False
        while k < len(s) and s[k] not in "+-":
            if s[k] == "*":
                div, k = False, k + 1
                continue
            if s[k] == "/":
                div, k = True, k + 1
                continue
            m = re.match(_num, s[k:])
            if m:
                v = float(m.group(0))
                coef = coef / v if div else coef * v
                k += m.end()
                continue
            if s[k:k + 5] == "ln(T)":
                lg, k = lg + 1, k + 5
                continue
            m = re.match(r"[A-Za-z_][A-Za-z_0-9]*", s[k:])
            name = m.group(0)
            k += m.end()
            if name == "T":
                p = 1.0
                if k < len(s) and s[k] == "^":
                    m = re.match(r"\(?([-+]?" + _num + r")\)?", s[k + 1:])
                    p = float(m.group(1))
                    k += 1 + m.end()
                pw += -p if div else p
            else:
                fn = name
        terms.append((coef, pw, lg, fn))
    return terms


class Db:
    def __init__(self, path=None):
        self.fun, self.phase, self.sub, self.bib, self.cov, self.gas = {}, {}, {}, {}, [], {}
        self.cache, self.seen = {}, set()
        if path:
            self.include(path)

    def include(self, path):
        path = os.path.abspath(path)
        if path in self.seen:
            return
        self.seen.add(path)
        with open(path, encoding="utf-8") as f:
            d = load_text(f.read())
        for x in d.get("include") or []:
            self.include(os.path.join(os.path.dirname(path), x))
        self.fun.update(d.get("functions") or {})
        self.sub.update(d.get("substances") or {})
        self.bib.update(d.get("bibliography") or {})
        self.gas.update(d.get("gases") or {})
        self.cov += d.get("covariance") or []
        for name, p in (d.get("phases") or {}).items():
            if name not in self.phase:
                self.phase[name] = p
            else:
                q = self.phase[name]
                for s in q["sublattices"]:
                    s["constituents"] += (p.get("add_constituents") or {}).get(s["name"], [])
                for k in ("end_members", "interactions", "ideal"):
                    q.setdefault(k, [])
                    q[k] = (q[k] or []) + (p.get(k) or [])

    def expr(self, s, T):
        if s not in self.cache:
            self.cache[s] = parse_expr(s)
        v = 0.0
        for c, p, lg, fn in self.cache[s]:
            x = c * (T ** p if p else 1.0) * (math.log(T) ** lg if lg else 1.0)
            v += x * self.G(fn, T) if fn else x
        return v

    def G(self, name, T):
        key = (name, T)
        if key in self.cache:
            return self.cache[key]
        f = self.fun[name]
        if "nasa9" in f:
            n = f["nasa9"]
            Rn, ps = float(n.get("R", R)), n["pieces"]
            c = [float(x) for x in _piece(ps, T)["c"]]
            c += [0.0] * (9 - len(c))
            h = -c[0] / T ** 2 + c[1] * math.log(T) / T + c[2] + c[3] * T / 2 + c[4] * T ** 2 / 3 + c[5] * T ** 3 / 4 + c[6] * T ** 4 / 5 + c[7] / T
            s = -c[0] / 2 / T ** 2 - c[1] / T + c[2] * math.log(T) + c[3] * T + c[4] * T ** 2 / 2 + c[5] * T ** 3 / 3 + c[6] * T ** 4 / 4 + c[8]
            v = Rn * T * (h - s)
        elif "cp" in f:
            v = self._cp(f["cp"], T)
        elif "pieces" in f:
            v = self.expr(_piece(f["pieces"], T)["G"], T)
        else:
            v = self.expr(f["G"], T)
        m = f.get("magnetic")
        if m:
            v += magnetic(T, quantity(m["Tc"]), float(m["beta"]), float(m["p"]))
        self.cache[key] = v
        return v

    def _cp(self, c, T):
        H, S, t0 = quantity(c["H298"]), quantity(c["S298"]), 298.15
        ps = c["pieces"]
        for k, p in enumerate(ps):
            lo, hi = _range(p["range"])
            last = k == len(ps) - 1
            t1 = T if (T <= hi or last) else hi
            for co, pw, lg, fn in parse_expr(p["Cp"]):
                H += co * (math.log(t1 / t0) if pw == -1 else (t1 ** (pw + 1) - t0 ** (pw + 1)) / (pw + 1))
                S += co * (math.log(t1 / t0) if pw == 0 else (t1 ** pw - t0 ** pw) / pw)
            if T <= hi or last:
                break
            if p.get("Htr"):
                H += quantity(p["Htr"])
                S += quantity(p["Htr"]) / hi
            t0 = hi
        return H - T * S


def _range(r):
    a, b = r.split("..")
    return quantity(a), quantity(b)


def _piece(ps, T):
    for p in ps:
        if T <= _range(p["range"])[1]:
            return p
    return ps[-1]


def magnetic(T, Tc, beta, p):
    if Tc <= 0 or beta <= 0:
        return 0.0
    A = 518.0 / 1125 + 11692.0 / 15975 * (1 / p - 1)
    t = T / Tc
    if t < 1:
        g = 1 - (79 / (140 * p) / t + 474.0 / 497 * (1 / p - 1) * (t ** 3 / 6 + t ** 9 / 135 + t ** 15 / 600)) / A
    else:
        g = -(t ** -5 / 10 + t ** -15 / 315 + t ** -25 / 1500) / A
    return R * T * math.log(beta + 1) * g


# ---- phases --------------------------------------------------------------------------------------------------------
def species(s):
    """('Cu+2') -> ({'Cu': 1}, 2)"""
    m = re.match(r"^(.*?)([+-]\d*)?$", s)
    z = 0
    if m.group(2):
        t = m.group(2)
        z = int(t) if len(t) > 1 else int(t + "1")
    if m.group(1) == "Va":
        return {}, 0
    el = {}
    for a, n in re.findall(r"([A-Z][a-z]?)(\d*\.?\d*)", m.group(1)):
        el[a] = el.get(a, 0) + float(n or 1)
    return el, z


class Phase:
    """one phase restricted to the given elements"""

    def __init__(self, db, name, elements):
        self.db, self.name = db, name
        if name in db.phase:
            p = db.phase[name]
        else:
            s = db.sub[name]
            counts = re.findall(r"([A-Z][a-z]?)(\d*)", s["formula"])
            sites = [float(n or 1) for a, n in counts]
            p = {"sublattices": [{"name": str(k), "sites": n, "constituents": [c]} for k, (n, c) in enumerate(zip(sites, s["at"]))],
                 "end_members": [{"at": s["at"], "G": s["G"]}]}
        self.a, self.c = [], []
        for s in p["sublattices"]:
            self.a.append(float(s["sites"]))
            self.c.append([x for x in s["constituents"] if set(species(x)[0]) <= set(elements)])
        self.possible = all(self.c)
        names = [s["name"] for s in p["sublattices"]]
        self.idx = [{x: k for k, x in enumerate(c)} for c in self.c]
        self.terms = []           # (list of (s, i), order, expression, factor)
        cat = sum(float(s["sites"]) for s in p["sublattices"] if any(species(x)[1] > 0 or (species(x)[1] == 0 and x != "Va") for x in s["constituents"]))

        def factor(e):
            per = e.get("per", "formula")
            if per == "formula":
                return 1.0
            if per == "cation":
                return cat
            s = names.index(e["on"]) if "on" in e else [k for k, x in enumerate(e["at"]) if isinstance(x, list)][0]
            return float(p["sublattices"][s]["sites"])

        over = {}
        for e in (p.get("end_members") or []) + (p.get("interactions") or []):
            at = e.get("at")
            if at is None:
                at = [e["pair"] if n == e["on"] else "*" for n in names]
            fields = [x if isinstance(x, list) else [x] for x in at]
            key = (tuple(tuple(sorted(f)) for f in fields), int(e.get("order", 0)))
            over[key] = (fields, e)
        for (key, order), (fields, e) in over.items():
            ys, ok = [], True
            for s, f in enumerate(fields):
                for x in f:
                    if x == "*":
                        continue
                    if x not in self.idx[s]:
                        ok = False
                        break
                    ys.append((s, self.idx[s][x]))
            if ok:
                txt = e.get("G", e.get("W", e.get("L")))
                self.terms.append((ys, order, fields, str(txt), factor(e)))
        self.n = []               # per sublattice, constituent: composition and charge
        for s, c in enumerate(self.c):
            self.n.append([({k: v * self.a[s] for k, v in species(x)[0].items()}, species(x)[1] * self.a[s]) for x in c])
        self.mag = p.get("magnetic")

    def setT(self, T):
        self.T = T
        self.val = [self.db.expr(t[3], T) * t[4] for t in self.terms]

    def start(self, k=0):
        return [[1.0 / len(c)] * len(c) for c in self.c]

    def energy(self, y):
        """G without ideal entropy, and its gradient"""
        g, gr = 0.0, [[0.0] * len(c) for c in self.c]
        for (ys, order, fields, _, _), v in zip(self.terms, self.val):
            pr = 1.0
            for s, i in ys:
                pr *= y[s][i]
            f, dk = 1.0, {}
            if order:
                (s, fi), = [(s, f) for s, f in enumerate(fields) if len(f) == 2]
                a, b = self.idx[s][fi[0]], self.idx[s][fi[1]]
                d = y[s][a] - y[s][b]
                f = d ** order
                dk = {(s, a): order * d ** (order - 1), (s, b): -order * d ** (order - 1)}
            g += v * pr * f
            for q, (s, i) in enumerate(ys):
                r = 1.0
                for w, (s2, i2) in enumerate(ys):
                    if w != q:
                        r *= y[s2][i2]
                gr[s][i] += v * r * f
            for (s, i), d in dk.items():
                gr[s][i] += v * pr * d
        if self.mag:
            tc = dtc = None

            def lin(key):
                v, gv = 0.0, [[0.0] * len(c) for c in self.c]
                for e in self.mag[key]:
                    f = [(s, x) for s, x in enumerate(e["at"]) if x != "*"]
                    if any(x not in self.idx[s] for s, x in f):
                        continue
                    f = [(s, self.idx[s][x]) for s, x in f]
                    pr = float(e["value"])
                    for s, i in f:
                        pr *= y[s][i]
                    v += pr
                    for q, (s, i) in enumerate(f):
                        r = float(e["value"])
                        for w, (s2, i2) in enumerate(f):
                            if w != q:
                                r *= y[s2][i2]
                        gv[s][i] += r
                return v, gv
            p = float(self.mag["p"])
            tc, dtc = lin("Tc")
            be, dbe = lin("beta")
            if tc > 0 and be > 0:
                m0 = magnetic(self.T, tc, be, p)
                g += m0
                ht, hb = 1e-3 * tc, 1e-3 * be
                mt = (magnetic(self.T, tc + ht, be, p) - magnetic(self.T, tc - ht, be, p)) / 2 / ht
                mb = (magnetic(self.T, tc, be + hb, p) - magnetic(self.T, tc, be - hb, p)) / 2 / hb
                for s in range(len(y)):
                    for i in range(len(y[s])):
                        gr[s][i] += mt * dtc[s][i] + mb * dbe[s][i]
        return g, gr

    def total(self, y):
        g, _ = self.energy(y)
        for s, c in enumerate(y):
            for v in c:
                if v > 0:
                    g += R * self.T * self.a[s] * v * math.log(v)
        return g

    def comp(self, y):
        out = {}
        for s, c in enumerate(y):
            for i, v in enumerate(c):
                for el, n in self.n[s][i][0].items():
                    out[el] = out.get(el, 0.0) + n * v
        return out

    def drive(self, mu, T, y=None, n=400, fixed=None):
        """min over y of G - sum mu n, charge neutral; returns (d, y). Damped self-consistent iteration."""
        self.setT(T)
        y = y or self.start()
        charged = any(abs(z[1]) > 0 for c in self.n for z in c)
        phi, best = 0.0, None
        for it in range(n):
            g, gr = self.energy(y)
            lin = [[gr[s][i] - sum(mu.get(el, 1e12) * k for el, k in self.n[s][i][0].items()) for i in range(len(c))] for s, c in enumerate(self.c)]

            def sol(phi):
                new, q = [], 0.0
                for s, c in enumerate(self.c):
                    e = [-(lin[s][i] + phi * self.n[s][i][1]) / (R * T * self.a[s]) for i in range(len(c))]
                    m = max(e)
                    w = [math.exp(x - m) for x in e]
                    t = sum(w)
                    w = [x / t for x in w]
                    q += sum(x * self.n[s][i][1] for i, x in enumerate(w))
                    new.append(w)
                return new, q
            if charged:
                lo, hi = phi - 1e4, phi + 1e4
                while sol(lo)[1] < 0 and lo > -1e7:
                    lo -= 5e4
                while sol(hi)[1] > 0 and hi < 1e7:
                    hi += 5e4
                for _ in range(80):
                    mid = 0.5 * (lo + hi)
                    if sol(mid)[1] > 0:
                        lo = mid
                    else:
                        hi = mid
                phi = 0.5 * (lo + hi)
            new, _ = sol(phi)
            step = 0.5 if it > 3 else 0.3
            diff = max(abs(a - b) for s in range(len(y)) for a, b in zip(y[s], new[s]))
            y = [[(1 - step) * a + step * b for a, b in zip(y[s], new[s])] for s in range(len(y))]
            if diff < 1e-11:
                break
        q = sum(v * self.n[s][i][1] for s, c in enumerate(y) for i, v in enumerate(c))
        if charged and abs(q) > 1e-6:
            return 1e9, y                                 # cannot be neutral with these elements
        d = self.total(y) - sum(mu.get(el, 1e12) * k for el, k in self.comp(y).items())
        return d, y
