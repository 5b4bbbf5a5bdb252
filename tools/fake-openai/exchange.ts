import type { ServerResponse } from 'node:http';
import type { ChatRequest } from './chat.ts';
import type { Profile } from './profile-table.ts';
import { eventOf, replyChunks, replyOf, wholeReply, type Reply } from './reply-writer.ts';
import type { FaultStep, ReplyStep } from './step.ts';

/** One request and the response that is written to it. */
export interface Exchange {
  readonly number: number;
  readonly request: ChatRequest;
  readonly response: ServerResponse;
  readonly profile: Profile;
  readonly step: ReplyStep | FaultStep;
}

/** Writes an error object. */
export function writeError({ response }: Exchange, status: number, error: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }));
}

/** Writes a page instead of an answer. */
export function writePage({ response }: Exchange, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const page = `<!doctype html>\n<html><head><title>${status}</title></head><body><h1>A proxy speaks</h1></body></html>\n`;
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page);
}

/** Begins a reply in the form that was asked for: a stream of events or JSON. */
export function beginReply({ response, request, profile }: Exchange): 'stream' | 'whole' {
  const streams = request.stream && profile.streams;
  response.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json' });
  response.flushHeaders();
  return streams ? 'stream' : 'whole';
}

/** Writes a whole reply and gives what was counted. */
export async function writeReply(exchange: Exchange, step: ReplyStep): Promise<Reply> {
  const { number, request, response, profile } = exchange;
  const reply = replyOf(step, request, profile);
  if (beginReply(exchange) === 'whole') response.end(JSON.stringify(wholeReply(reply, number, profile)));
  else {
    for (const chunk of replyChunks(reply, request, number, profile)) await write(exchange, eventOf(chunk));
    response.end(eventOf('[DONE]'));
  }
  return reply;
}

/** Writes a text when there is room for it; false where the client is gone. */
export async function write({ response }: Exchange, text: string): Promise<boolean> {
  if (response.destroyed) return false;
  if (!response.write(text)) {
    await new Promise<void>((resolve) => {
      const go = () => {
        response.off('drain', go).off('close', go);
        resolve();
      };
      response.once('drain', go).once('close', go);
    });
  }
  return !response.destroyed;
}

/** Waits; false where the client went away meanwhile. */
export function pause({ response }: Exchange, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const gone = () => done(false);
    const timer = setTimeout(() => done(true), ms);
    const done = (still: boolean) => {
      clearTimeout(timer);
      response.off('close', gone);
      resolve(still && !response.destroyed);
    };
    response.once('close', gone);
    if (response.destroyed) done(false);
  });
}
