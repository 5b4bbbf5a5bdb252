import { tool, type AnyTool } from '@mle-smith/agent';
import { INFO_TOPICS, type Environment, type Feedback } from '@mle-smith/environment';
import { z } from 'zod';

/** Who counts the actions: `next` gives the number of the one that begins, `note` hears what a program came to. */
export interface Tally {
  next(): number;
  note(feedback: Feedback): void;
}

/** The environment's actions as tools. */
export function actionsOn(environment: Environment, { next, note }: Tally): readonly AnyTool[] {
  const code = z.strictObject({ code: z.string() });
  const program = async (run: () => Promise<Feedback>): Promise<string> => {
    const step = next();
    const feedback = await run();
    note(feedback);
    return JSON.stringify({ step, ...feedback });
  };
  return [
    tool({
      name: 'request_info',
      description: 'Tells about the task: overview, description, files, sample_submission or limits.',
      parameters: z.strictObject({ topic: z.enum(INFO_TOPICS) }),
      run: async ({ topic }) => {
        next();
        const told = await environment.requestInfo(topic);
        return typeof told === 'string' ? told : JSON.stringify(told);
      },
    }),
    tool({
      name: 'validate_code',
      description: 'Runs a program and says whether its submission would be accepted, without a score.',
      parameters: code,
      run: (given, signal) => program(() => environment.validateCode(given.code, signal)),
    }),
    tool({
      name: 'execute_code',
      description: 'Runs a program and scores the submission that it leaves.',
      parameters: code,
      run: (given, signal) => program(() => environment.executeCode(given.code, signal)),
    }),
    tool({
      name: 'get_history',
      description: 'Gives every program that was run, with what came of it.',
      parameters: z.strictObject({}),
      run: () => {
        next();
        return Promise.resolve(JSON.stringify(environment.getHistory()));
      },
    }),
  ];
}
