import type { ColumnProfile } from '@mle-smith/contracts';
import type { logOf } from './content.ts';
import { words } from './cues.ts';

/** What is asked of a log, of whom and when: by what one of its rows is. */
export function logQuestion(
  log: NonNullable<ReturnType<typeof logOf>>,
  target: ColumnProfile,
  about: string | undefined,
): { title: string; question: string; user: string; decision: string; momentOfPrediction: string } {
  const name = words(target.name);
  const meaning = target.description === undefined ? name : target.description;
  const data = about === undefined ? '' : ` The data: ${about}.`;
  const user = 'those who watch over a system by its log';
  switch (log.rows) {
    case 'windows':
      return {
        title: `Predicting whether ${name.replace(/ follows$/, '')} follows in a log`,
        question: `Given what was logged in the last ${log.context} seconds, predict ${meaning}.${data}`,
        user,
        decision: 'whether to hold back, throttle or call somebody before it happens',
        momentOfPrediction: `at the end of any ${log.context} seconds of the log, before the next line is written`,
      };
    case 'sessions':
      return {
        title: 'Predicting how a session in a log ends',
        question: `Given how a session begins, predict ${meaning}.${data}`,
        user,
        decision: 'which sessions to follow up while they are still open',
        momentOfPrediction: `when ${log.opening === 1 ? 'the first line' : `the first ${log.opening} lines`} of a session ${log.opening === 1 ? 'has' : 'have'} been written and it goes on`,
      };
    case 'lines':
      return target.name === 'level'
        ? {
            title: 'Classifying how grave a line of a log is',
            question: `Given what a line of a log says and who wrote it, predict ${meaning}, for logs whose writers do not state it.${data}`,
            user,
            decision: 'which lines a person should see',
            momentOfPrediction: 'when a line has been written and nobody has looked at it',
          }
        : {
            title: `Predicting ${name} of a request to a server`,
            question: `Given who asks a server for what, predict ${meaning}.${data}`,
            user: 'those who run the server',
            decision: 'what to answer from a cache, to hold back or to look into',
            momentOfPrediction: 'when the request has arrived and has not been answered',
          };
  }
}
