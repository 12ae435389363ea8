/** A server on this machine that speaks the protocol of OpenAI, and goes wrong when it is told to. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client sent. */
export interface Received {
  readonly path: string;
  readonly key: string;
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly [name: string]: unknown;
  };
}

/** `n` counts the requests from 1. */
export type Reply = (response: ServerResponse, received: Received, n: number) => void;

export class ModelServer {
  readonly received: Received[] = [];
  reply: Reply;
  baseUrl = '';
  readonly #server: Server;

  private constructor(reply: Reply) {
    this.reply = reply;
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(reply: Reply = keeping(1)): Promise<ModelServer> {
    const server = new ModelServer(reply);
    await new Promise<void>((listening) => server.#server.listen(0, '127.0.0.1', listening));
    server.baseUrl = `http://127.0.0.1:${String((server.#server.address() as AddressInfo).port)}/v1`;
    return server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { authorization = '' } = request.headers;
    const body = JSON.parse(text) as Received['body'];
    const received: Received = { path: request.url ?? '', key: authorization.replace('Bearer ', ''), body };
    this.received.push(received);
    this.reply(response, received, this.received.length);
  }
}

const usage = { prompt_tokens: 300, completion_tokens: 20, total_tokens: 320 };

/** An answer as it should be. */
export function answering(content: string, message: object = {}, finish = 'stop'): Reply {
  return (response) => {
    const choice = { index: 0, finish_reason: finish, message: { role: 'assistant', content, ...message } };
    const completion = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage };
    sendJson(response, 200, completion);
  };
}

export function keeping(contender: number): Reply {
  return answering(JSON.stringify({ decision: 'keep', contender, parts: null }));
}

export function failing(status: number, headers: Record<string, string> = {}, error: object = {}): Reply {
  return (response) => sendJson(response, status, { error: { message: 'no', ...error } }, headers);
}

/** Another reply to each request; the last one stays. */
export function inTurn(...replies: readonly Reply[]): Reply {
  return (response, received, n) => {
    replies[Math.min(n, replies.length) - 1]?.(response, received, n);
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'r1', ...headers });
  response.end(JSON.stringify(body));
}
