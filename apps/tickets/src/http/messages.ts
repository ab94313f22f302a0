import { IncomingMessage, type ServerOptions, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** The classes of which Node's server makes its requests and responses. */
export type Messages = Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>>;

/**
 * Express gives each request and response another prototype, and V8 then looks up each of their properties the slow way.
 * Made with that prototype at once, Express finds nothing to change.
 */
export function messagesOf(app: Express): Messages {
  class ShopRequest extends IncomingMessage {}
  class ShopResponse<Asked extends IncomingMessage = IncomingMessage> extends ServerResponse<Asked> {}
  Object.setPrototypeOf(ShopRequest.prototype, app.request);
  Object.setPrototypeOf(ShopResponse.prototype, app.response);
  app.request = ShopRequest.prototype as Express['request'];
  app.response = ShopResponse.prototype as Express['response'];
  return { IncomingMessage: ShopRequest, ServerResponse: ShopResponse };
}
