import { agentsScript, type ScriptedIdea } from './agents-script.ts';

/** What there is to ask of examples/penguins. */
export const IDEA: ScriptedIdea = {
  table: 'penguins_raw',
  target: 'Body Mass (g)',
  objective: 'regression',
  positive: null,
  title: 'Mass of penguins',
  question: 'How heavy is a penguin whose bill and flippers have been measured?',
  user: 'a field worker',
  decision: 'which birds need to be caught and weighed',
  momentOfPrediction: 'When bill and flippers are measured and the bird has not been weighed.',
  leaveOut: [],
  unseen: [],
  attack: 'The species gives half of it; within a species the measures have to be used.',
};

/** Agents that make one task of examples/penguins. */
export default agentsScript([IDEA]);
