import { INFO_TOPICS, LONGEST_LINE } from '@mle-smith/environment';

/** What a session with a task takes and gives, for `env --help`. */
export const SESSION_HELP = `
Requests, each one JSON object on one line of at most ${LONGEST_LINE} bytes, answered by one line {"ok":true,"action":…,"result":…} or {"ok":false,"error":…}:
  {"action":"request_info","topic":"overview"}   what the task is; topics: ${INFO_TOPICS.join(', ')}
  {"action":"validate_code","code":"…"}          runs a Python program and says whether its submission would be accepted
  {"action":"execute_code","code":"…"}           runs a Python program and scores its submission
  {"action":"get_history"}                       the programs so far and what came of them
  {"action":"reset"}                             forgets the history
The program finds the public files below /input/data and writes submission.csv into its working directory.`;
