import { Schema, type Connection, type Model } from 'mongoose';

/** Version of the documents that this code writes. */
export const SCHEMA_VERSION = 2;

/** An event that waits for publication; the event itself as JSON text. */
export interface WaitingEvent {
  readonly id: string;
  readonly event: string;
}

/** A line of history by the fence of its change; the line itself as JSON text. */
export interface RecentRow {
  readonly fence: number;
  readonly row: string;
}

/**
 * A subject as the server keeps it. What holds names or texts of others (`$`, dots, anything) is JSON text, so that
 * none of it is ever a field or an operator.
 */
export interface SubjectDocument {
  readonly _id: string;
  readonly kind: string;
  readonly datasetId: string;
  readonly state: string;
  /** ms since the epoch. */
  readonly since?: number;
  readonly passed: readonly string[];
  readonly priority: number;
  /** `turnOf`; lower is claimed first. */
  readonly turn: number;
  readonly arrival: number;
  readonly generation: number;
  readonly fence: number;
  readonly attempts: number;
  readonly infraRetries: number;
  /** Times that it was claimed since somebody gave it back; each beyond the first is a lease that was lost and is not charged yet. */
  readonly claims: number;
  /** Who claimed it since, the last ones in order; what a claim writes over could not be told otherwise. */
  readonly holders?: readonly string[];
  /** Attempts that were lost and charged since the last change, as JSON text. */
  readonly lost?: string;
  readonly owner?: string;
  /** By the server's clock. */
  readonly leasedAt?: Date;
  readonly leaseMs?: number;
  /** When its holder claimed it, by the server's clock; `leasedAt` moves with each renewal. */
  readonly claimedAt?: Date;
  readonly notBefore: Date;
  readonly deadline: Date;
  readonly cancelRequested: boolean;
  readonly reopened?: number;
  /** ms since the epoch, by the server's clock. */
  readonly receivedAt?: number;
  readonly outbox: readonly WaitingEvent[];
  readonly documents: string;
  readonly findings: string;
  readonly code?: string;
  readonly message?: string;
  readonly trace?: string;
  /** What attempts took by stage, as JSON text. */
  readonly used?: string;
  /** Names the last change, so that one whose answer was lost is known again. */
  readonly change?: string;
  /** The last lines of the history, until they are moved to their own collection. */
  readonly recent: readonly RecentRow[];
}

/** A line of history for good; its id is made of the subject and the fence of the change. */
export interface HistoryDocument {
  readonly _id: string;
  readonly subject: string;
  readonly fence: number;
  readonly row: string;
}

/** A call of a model, as JSON text. */
export interface CallDocument {
  readonly _id: string;
  readonly subject: string;
  readonly record: string;
  /** What of it says what the call took, by itself: replies are long. */
  readonly spent?: string;
}

/** What is set aside for one call, until when by the server's clock. */
export interface HoldPart {
  readonly id: string;
  readonly cost: number;
  readonly tokens: number;
  readonly until: Date;
}

/** What an account has used up, and what is set aside from it. Millionths of a dollar. */
export interface BudgetDocument {
  readonly _id: string;
  readonly cost: number;
  readonly tokens: number;
  readonly holds: readonly HoldPart[];
}

/** `schema`: the version; `arrival`: the last number given to a subject, and when. */
export interface MetaDocument {
  readonly _id: string;
  readonly value: number;
  readonly at?: Date;
}

const PLAIN = { strict: 'throw', strictQuery: 'throw', versionKey: false, minimize: false, autoIndex: false, autoCreate: false } as const;
const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;

const subject = new Schema<SubjectDocument>(
  {
    _id: text,
    kind: text,
    datasetId: text,
    state: text,
    since: Number,
    passed: [String],
    priority: number,
    turn: number,
    arrival: number,
    generation: number,
    fence: number,
    attempts: number,
    infraRetries: number,
    claims: number,
    holders: { type: [String], default: undefined },
    lost: String,
    owner: String,
    leasedAt: Date,
    leaseMs: Number,
    claimedAt: Date,
    notBefore: date,
    deadline: date,
    cancelRequested: { type: Boolean, required: true },
    reopened: Number,
    receivedAt: Number,
    outbox: [{ _id: false, id: text, event: text }],
    documents: text,
    findings: text,
    code: String,
    message: String,
    trace: String,
    used: String,
    change: String,
    recent: [{ _id: false, fence: number, row: text }],
  },
  PLAIN,
);
const history = new Schema<HistoryDocument>({ _id: text, subject: text, fence: number, row: text }, PLAIN);
const call = new Schema<CallDocument>({ _id: text, subject: text, record: text, spent: text }, PLAIN);
const budget = new Schema<BudgetDocument>(
  { _id: text, cost: number, tokens: number, holds: [{ _id: false, id: text, cost: number, tokens: number, until: date }] },
  PLAIN,
);
const meta = new Schema<MetaDocument>({ _id: text, value: number, at: Date }, PLAIN);

/** The collections of a database. */
export interface Collections {
  readonly subjects: Model<SubjectDocument>;
  readonly history: Model<HistoryDocument>;
  readonly calls: Model<CallDocument>;
  readonly budgets: Model<BudgetDocument>;
  readonly meta: Model<MetaDocument>;
}

/** The collections that a connection reaches. */
export function collectionsOf(connection: Connection): Collections {
  return {
    subjects: connection.model<SubjectDocument>('Subject', subject, 'subjects'),
    history: connection.model<HistoryDocument>('History', history, 'history'),
    calls: connection.model<CallDocument>('Call', call, 'calls'),
    budgets: connection.model<BudgetDocument>('Budget', budget, 'budgets'),
    meta: connection.model<MetaDocument>('Meta', meta, 'meta'),
  };
}

interface Index {
  readonly collection: 'subjects' | 'history' | 'calls';
  readonly name: string;
  readonly key: Readonly<Record<string, 1>>;
  readonly unique: boolean;
}

/** The order in which subjects are claimed, state by state; its last field lets a claim pass by what waits for a retry without reading it. */
export const QUEUE = { state: 1, turn: 1, arrival: 1, notBefore: 1 } as const;

/** Indexes of earlier versions that nothing asks for any more. */
export const RETIRED = [{ collection: 'subjects', name: 'queue' }] as const;

/** What `migrate` creates and every start asks for. */
export const INDEXES: readonly Index[] = [
  { collection: 'subjects', name: 'arrival', key: { arrival: 1 }, unique: true },
  { collection: 'subjects', name: 'turns', key: QUEUE, unique: false },
  { collection: 'subjects', name: 'listing', key: { state: 1, arrival: 1 }, unique: false },
  { collection: 'subjects', name: 'deadlines', key: { state: 1, deadline: 1 }, unique: false },
  { collection: 'subjects', name: 'outbox', key: { 'outbox.id': 1 }, unique: false },
  { collection: 'subjects', name: 'dataset', key: { datasetId: 1, arrival: 1 }, unique: false },
  { collection: 'history', name: 'step', key: { subject: 1, fence: 1 }, unique: true },
  { collection: 'calls', name: 'subject', key: { subject: 1 }, unique: false },
];
