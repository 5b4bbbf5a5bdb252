import { randomUUID } from 'node:crypto';
import { BudgetAlert, withoutRoom, type Account, type Amount, type BudgetBook, type Reservation, type Used } from '@mle-smith/agent';
import { ask, idOf } from './ask.ts';
import type { BudgetDocument, Collections } from './schema.ts';
import { nowAtServer, serverTime } from './server-time.ts';
import { isDuplicate, StoreUnreachableError } from './store-errors.ts';

export interface MongoBudgetBookOptions {
  /** Told once, by each process, of each account that has used up most of its budget. */
  readonly onBudgetNear?: (message: string) => void;
  /** After so long without a sign of its process a reservation counts no more, ms; 2 minutes. */
  readonly holdMs?: number;
  /** For tests: how far the server's clock is taken to be ahead, ms. */
  readonly clockOffsetMs?: () => number;
}

const HOLD_MS = 120_000;
/** Reservations of processes that are gone stay this long after their end, so that one which was only suspended still books what it took. */
const FORGET_MS = 24 * 60 * 60_000;
const AFTER = { returnDocument: 'after', lean: true } as const;

/** A reservation of this process, with what its call took where that could not be booked yet. */
interface Open {
  readonly reservation: Reservation;
  taken?: Amount;
}

/**
 * A book that replicas share: one document an account, changed by single updates whose filters ask for room. What a
 * process has set aside it keeps alive while it runs; by the server's clock, what nobody keeps alive counts no more.
 */
export class MongoBudgetBook implements BudgetBook {
  readonly #collections: Collections;
  readonly #holdMs: number;
  readonly #offset: () => number;
  readonly #alert: BudgetAlert;
  readonly #open = new Map<string, Open>();
  #keeper: NodeJS.Timeout | undefined;

  constructor(collections: Collections, { onBudgetNear, holdMs = HOLD_MS, clockOffsetMs = () => 0 }: MongoBudgetBookOptions = {}) {
    this.#collections = collections;
    this.#holdMs = holdMs;
    this.#offset = clockOffsetMs;
    this.#alert = new BudgetAlert(onBudgetNear);
  }

  /** Narrow accounts are asked first: those that many share are left alone by calls that are refused anyway. */
  async reserve(accounts: readonly Account[], amount: Amount): Promise<Reservation> {
    const reservation = { id: randomUUID(), accounts, amount };
    const until = new Date((await this.#now()) + this.#holdMs);
    const done: string[] = [];
    for (const account of accounts.toReversed()) {
      const refusal = await this.#setAside(account, reservation, until);
      if (refusal === undefined) done.push(account.name);
      else {
        await this.#giveBack(reservation.id, done);
        throw refusal;
      }
    }
    this.#open.set(reservation.id, { reservation });
    this.#keeper ??= setInterval(() => void this.#keep(), this.#holdMs / 3).unref();
    return reservation;
  }

  /** Where the server is out of reach, the amount stays set aside and is booked when it can be. */
  async settle(reservation: Reservation, taken: Amount): Promise<void> {
    const open = this.#open.get(reservation.id);
    if (open === undefined || open.taken !== undefined) return;
    open.taken = taken;
    await this.#book(open).catch((error: unknown) => {
      if (!(error instanceof StoreUnreachableError)) throw error;
    });
  }

  async used(account: string): Promise<Used> {
    const found = await ask('read a budget', () => this.#collections.budgets.findById(idOf(account)).lean());
    return found === null ? { cost: 0, tokens: 0 } : this.#usedIn(found, await this.#now());
  }

  async #setAside(account: Account, { id, amount }: Reservation, until: Date): Promise<Error | undefined> {
    const { budgets } = this.#collections;
    const hold = { id, cost: amount.cost ?? 0, tokens: amount.tokens, until };
    for (;;) {
      const filter = { _id: idOf(account.name), ...this.#roomFor(account, hold) };
      const changed = await ask('reserve', () => budgets.findOneAndUpdate(filter, { $push: { holds: hold } }, AFTER));
      if (changed !== null) return undefined;
      const found = await ask('read a budget', () => budgets.findById(account.name).lean());
      const refusal = found === null ? undefined : withoutRoom(account, this.#usedIn(found, await this.#now()), amount);
      if (refusal !== undefined) return refusal;
      if (found === null) await this.#begin(account.name);
    }
  }

  /** The condition that an account has room for one more amount. */
  #roomFor({ limit }: Account, hold: { readonly cost: number; readonly tokens: number }): object {
    const live = { $filter: { input: '$holds', as: 'hold', cond: { $gt: ['$$hold.until', nowAtServer(this.#offset())] } } };
    const after = (unit: 'cost' | 'tokens') => ({ $add: [`$${unit}`, { $sum: { $map: { input: live, as: 'hold', in: `$$hold.${unit}` } } }, hold[unit]] });
    const conditions = (['cost', 'tokens'] as const).flatMap((unit) => {
      const most = limit[unit];
      return most === undefined ? [] : [{ $lte: [after(unit), most] }];
    });
    return conditions.length === 0 ? {} : { $expr: { $and: conditions } };
  }

  /** An update that may insert cannot compute in its filter; two at once begin one account. */
  async #begin(name: string): Promise<void> {
    await ask('begin a budget', () =>
      this.#collections.budgets.updateOne({ _id: name }, { $setOnInsert: { cost: 0, tokens: 0, holds: [] } }, { upsert: true }),
    ).catch((error: unknown) => {
      if (!isDuplicate((error as Error).cause)) throw error;
    });
  }

  /** Where that fails, what was set aside runs out. */
  async #giveBack(id: string, names: readonly string[]): Promise<void> {
    await this.#collections.budgets.updateMany({ _id: { $in: [...names] } }, { $pull: { holds: { id } } }).catch(() => undefined);
  }

  /** The reservation itself says whether it was booked: doing it again, after an answer that was lost, changes nothing. */
  async #book({ reservation: { id, accounts }, taken = { cost: 0, tokens: 0 } }: Open): Promise<void> {
    const now = await this.#now();
    await Promise.all(
      accounts.map(async (account) => {
        const filter = { _id: account.name, 'holds.id': id };
        const update = { $inc: { cost: taken.cost ?? 0, tokens: taken.tokens }, $pull: { holds: { id } } };
        const booked = await ask('settle', () => this.#collections.budgets.findOneAndUpdate(filter, update, AFTER));
        if (booked !== null) await this.#lookAt(account, booked, now);
      }),
    );
    this.#close(id);
  }

  async #lookAt(account: Account, found: BudgetDocument, now: number): Promise<void> {
    this.#alert.watch(account, this.#usedIn(found, now));
    const forgotten = new Date(now - FORGET_MS);
    if (found.holds.some(({ until }) => until < forgotten))
      // Only tidying: the next look does it where this one cannot.
      await this.#collections.budgets.updateOne({ _id: account.name }, { $pull: { holds: { until: { $lt: forgotten } } } }).catch(() => undefined);
  }

  /** Tells the server that this process lives, and books what could not be booked; what fails now is done the next time. */
  async #keep(): Promise<void> {
    const late = [...this.#open.values()].filter(({ taken }) => taken !== undefined);
    const names = new Set([...this.#open.values()].flatMap(({ reservation }) => reservation.accounts.map(({ name }) => name)));
    try {
      const until = new Date((await this.#now()) + this.#holdMs);
      const ids = [...this.#open.keys()];
      for (const name of names)
        await this.#collections.budgets.updateOne({ _id: name }, { $set: { 'holds.$[own].until': until } }, { arrayFilters: [{ 'own.id': { $in: ids } }] });
      for (const open of late) await this.#book(open);
    } catch {
      // The server is out of reach.
    }
  }

  #close(id: string): void {
    this.#open.delete(id);
    if (this.#open.size > 0) return;
    clearInterval(this.#keeper);
    this.#keeper = undefined;
  }

  #usedIn({ cost, tokens, holds }: BudgetDocument, now: number): Used {
    const live = holds.filter(({ until }) => until.getTime() > now);
    return { cost: live.reduce((sum, hold) => sum + hold.cost, cost), tokens: live.reduce((sum, hold) => sum + hold.tokens, tokens) };
  }

  async #now(): Promise<number> {
    return (await serverTime(this.#collections)) + this.#offset();
  }
}
