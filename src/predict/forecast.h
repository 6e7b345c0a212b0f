/* Private: what kiln says of one published synthesis. */
#ifndef KILN_PREDICT_FORECAST_H
#define KILN_PREDICT_FORECAST_H

#include <kiln/validate.h>

/* What all rows have in common. */
typedef struct kiln_i_forecaster {
    kiln_context *ctx;
    const kiln_database *db;
    kiln_system_options system_options;
    kiln_solver_options solver_options;
    kiln_validate_options options;
    kiln_window *window; /* room for one */
} kiln_i_forecaster;

/* Family, structure, forecast and what the rules need; where there is no forecast its obstacle. KILN_E_NOMEM. */
kiln_status kiln_i_forecast(const kiln_i_forecaster *f, const kiln_trial *trial, kiln_verdict *out);

/* One number was stated. */
int kiln_i_is_stated(const kiln_stated_temperature *T);

#endif
