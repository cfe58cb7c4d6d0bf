/* cmd_play.h - what play does, for the menu as well. */
#ifndef MAILFLOW_UI_CMD_PLAY_H
#define MAILFLOW_UI_CMD_PLAY_H

#include "ui/recording.h"
#include "ui/watch.h"

/* Runs a scenario and shows it; there it can be run again with a change.  Exit status. */
int play_scenario(const char *path, const struct recording_wish *wish,
                  const struct watch_options *options, struct err *err_r);

#endif
