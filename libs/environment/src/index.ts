export {
  DEFAULT_TRIAL_LIMITS,
  Environment,
  INFO_TOPICS,
  type EnvironmentOptions,
  type InfoTopic,
  type Step,
  type Trial,
  type TrialLimits,
} from './environment.ts';
export { FEEDBACK_MODES, modeOfStatus, roundedToError, type Feedback, type FeedbackMode } from './feedback.ts';
export {
  DEFAULT_LIMITS,
  type Job,
  type JobInput,
  type JobLimits,
  type JobPhaseTimes,
  type JobResult,
  type JobRunner,
  type JobSession,
  type JobStatus,
  type Zone,
} from './job-runner.ts';
export { jobEventOf, type EndedJob, type JobPlace } from './job-event.ts';
export { LimitedJobs, type JobQueueWatch } from './limited-jobs.ts';
export { EnvironmentFault, Grade, SUBMISSION, UngradableError, scoreSubmission, submissionOf, type GradingSpec } from './score-submission.ts';
export { LONGEST_LINE, SessionRequest, answerLine, type SessionReply } from './session.ts';
