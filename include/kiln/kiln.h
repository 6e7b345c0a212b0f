/** @file kiln.h  The only header applications include. */
#ifndef KILN_KILN_H
#define KILN_KILN_H
#include <kiln/activity.h>
#include <kiln/composition.h>
#include <kiln/conditions.h>
#include <kiln/context.h>
#include <kiln/database.h>
#include <kiln/diagram.h>
#include <kiln/equilibrium.h>
#include <kiln/energy.h>
#include <kiln/entropy.h>
#include <kiln/experiment.h>
#include <kiln/fit.h>
#include <kiln/gap.h>
#include <kiln/map.h>
#include <kiln/pairs.h>
#include <kiln/report.h>
#include <kiln/risk.h>
#include <kiln/sinter.h>
#include <kiln/status.h>
#include <kiln/section.h>
#include <kiln/step.h>
#include <kiln/system.h>
#include <kiln/vapour.h>
#include <kiln/version.h>
#include <kiln/window.h>
#endif
