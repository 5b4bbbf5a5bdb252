/**
 * Cues in names and documentation, in one table so that they can be read, tested and extended. A cue never decides
 * alone where a measurement can: it starts a question that the screening answers.
 */

export { AFTER, BEFORE, UNSEEN, words } from '@mle-smith/task';

/** Columns that only a person can judge: measured by what leaving them out costs. */
export const AMBIGUOUS = /\b(status|result|score after|total (amount|paid|cost|price|charge)|balance after|last (update|modified))\b/;

/** Columns that are never a target, with the reason. */
export const NEVER_TARGET: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /\b(year|yr|month|mo|week|weekday|day|date|time|hour|minute|quarter|season|release|timestamp|debut|yearid)\b/, reason: 'a part of the calendar' },
  { pattern: /\b(lat|lon|lng|long|latitude|longitude|zip|postcode|postal|address|coord\w*|altitude)\b/, reason: 'a coordinate or an address' },
  { pattern: /\b(code|id|ids|index|idx|key|uuid|rownames?|number|no|nr|line|phone|email|name|title|url|link)$/, reason: 'an identifier or a code' },
  {
    pattern: /\b(split|fold|partition|subset|batch|sampling|sample|study ?name|interviewer|annotator|survey)\b/,
    reason: 'mechanics of how the data was collected',
  },
  {
    pattern: /\b(cpi|euribor\w*|libor|gdp|inflation|unemployment|emp var|cons price|cons conf|nr employed|interest rate)\b/,
    reason: 'context shared by all rows of a period',
  },
  {
    pattern: /\b(marital|married|religion|race|ethnic\w*|nationality|person of color|gender|age|education|housing|contact|alone|who|adult)\b/,
    reason: 'a free attribute of a person, asked for no purpose',
  },
  {
    pattern: /\b(region|country|state|city|county|town|district|neighbou?rhood|island|location|embark\w*|deck|area)\b/,
    reason: 'a place, known before anything else',
  },
];

/** Sex is asked for where it is read off an animal's body, and is a free attribute of a person. */
export const SEX = /^(sex|gender)$/;
export const ANIMAL = /\b(species|breed|penguin|bird|animal|specimen|fish|abalone|beak|flipper)\b/i;

/** Who is heard: in recordings one of those who are known is asked for, by the voice; in other tables it is a name. */
export const VOICE = /^(speaker|singer|narrator|caller)( (name|label|id))?$/;

/** Columns that only tables about people have, and what is then a free attribute of a person. */
export const PERSON = /\b(birth ?(year|date|day|place|city)|first name|last name|surname|name (first|last|given)|given name)\b/;
export const BODY = /^(weight|height|mass)\b/;

/** Events at the end of a story: whoever asks for something else in the row cannot know them yet. */
export const EVENT =
  /\b(churn\w*|survived|death|died|default(ed)?|fraud\w*|attrition|exited|left|stroke|disease|diabetes|cancer|is cancell?ed|readmitted|subscribed|purchased|clicked|converted|approved|loan status|inducted|failure|failed|delayed|toxic|hate)\b/;

/** Names of things that people want to know beforehand; the weight orders candidates. */
export const OUTCOME: readonly { readonly pattern: RegExp; readonly weight: number }[] = [
  { pattern: /^(y|target|label|labels|outcome|response|intent|sentiment|diagnosis|spam)$/, weight: 5 },
  { pattern: /\b(label|genre( name)?)$/, weight: 5 },
  { pattern: /^species$/, weight: 4 },
  { pattern: /\b(comb\w*|combined|overall|total) (mpg|consumption|economy|emission\w*|sales|cost|score)\b/, weight: 5 },
  { pattern: /\b(price|salary|sale price|cost|charges|revenue|box office|income|wage|rent|fare price|medv|amount due|attendance|sales|profit)\b/, weight: 4 },
  { pattern: EVENT, weight: 5 },
  {
    pattern:
      /\b(mpg|consumption|economy|efficiency|emission\w*|co2|wind|wind speed|yield|strength|demand|load|power output|body mass|quality|rating|stars|grade|score|final grade|rings|calories|cnt|count|visits|claims|bikes|wins|bodyfat|progression|risk|severity|valence|arousal|dominance)\b/,
    weight: 4,
  },
  { pattern: /\b(mass|weight|win|won)\b/, weight: 3 },
];

/** What is read off an instrument now, so that nobody asks for it, and watched for what it will be. */
export const WATCHED = /\b(pressure|temperature|vibration|humidity|flow|voltage|turbidity|glucose|heart rate|oxygen saturation)\b/;

/** Documentation that names a target. */
export const OUTCOME_TEXT =
  /\b(outcome|response variable|target|dependent variable|to be predicted|whether the (client|customer|patient|person|loan|account|call)|0 ?= ?alive|churn|rating|had been diagnosed)\b/i;

/** Entities that are there already when the model is used. */
export const KNOWN = /^(user|item|product|shop|store|station|student|teacher|lecturer|professor|instructor|reviewer|customer|team|franchise|series|s|d)( id)?$/;

/** Dataset titles and columns that are in every textbook. */
export const WELL_KNOWN =
  /\b(titanic|iris|boston housing|ames|palmer|penguins?|adult income|sms spam|text messages|mlc\+\+|churn|diamonds|wine quality|mnist|cifar|imdb|breast cancer|lahman|bank (marketing|calls)|telephone campaign|portuguese bank|flchain|free light chain|fueleconomy|epa2021|insteval|nlu[- ]benchmark|snips|emobank|wnut|conll)\b/i;
