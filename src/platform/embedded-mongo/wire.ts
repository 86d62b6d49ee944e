import { isDoc, type Doc } from './bson-values.js';
import { decodeFromClient } from './document.js';
import { MAX_MESSAGE_BYTES } from './diagnostic-commands.js';
import { Request } from './request.js';

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1 << 0;
const MORE_TO_COME = 1 << 1;
/** The flags that a server must refuse if it does not know them. */
const REQUIRED_FLAGS = 0xffff;

/** The client violates the protocol; the connection is unusable. */
export class MalformedMessageError extends Error {}

/** A message from a client. */
export interface Message {
  readonly request: Request;
  readonly requestId: number;
  /** False if the client expects no reply. */
  readonly wantsReply: boolean;
  readonly isLegacy: boolean;
}

/** Splits the byte stream of a socket into messages. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private length = 0;

  /**
   * Adds a chunk, and returns the messages that are now complete. Throws MalformedMessageError if a size is invalid.
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    const messages: Buffer[] = [];
    for (let size = this.nextSize(); size !== undefined && this.length >= size; size = this.nextSize()) {
      const all = this.joined();
      messages.push(all.subarray(0, size));
      this.chunks = all.length > size ? [all.subarray(size)] : [];
      this.length -= size;
    }
    return messages;
  }

  private nextSize(): number | undefined {
    if (this.length < 4) return undefined;
    const first = (this.chunks[0]?.length ?? 0) >= 4 ? this.chunks[0] : this.joined();
    const size = first?.readInt32LE(0) ?? 0;
    if (size < HEADER_BYTES || size > MAX_MESSAGE_BYTES)
      throw new MalformedMessageError(`A message cannot have ${size} bytes`);
    return size;
  }

  private joined(): Buffer {
    const [only] = this.chunks;
    if (only && this.chunks.length === 1) return only;
    const all = Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }
}

/** Parses a message. Throws MalformedMessageError if it violates the protocol. */
export function parseMessage(message: Buffer): Message {
  try {
    const requestId = message.readInt32LE(4);
    switch (message.readInt32LE(12)) {
      case OP_MSG:
        return parseMsg(message, requestId);
      case OP_QUERY:
        return parseQuery(message, requestId);
      default:
        throw new MalformedMessageError(`Unsupported operation ${message.readInt32LE(12)}`);
    }
  } catch (error) {
    throw error instanceof MalformedMessageError ? error : new MalformedMessageError(String(error));
  }
}

function parseMsg(message: Buffer, requestId: number): Message {
  const flags = message.readUInt32LE(HEADER_BYTES);
  if ((flags & REQUIRED_FLAGS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) !== 0)
    throw new MalformedMessageError('Unknown flags');
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  let body: Doc | undefined;
  const sequences = new Map<string, Buffer[]>();
  let at = HEADER_BYTES + 4;
  while (at < end) {
    const kind = message[at++];
    const section = readSized(message, at, end);
    if (kind === 0 && !body) body = decodeFromClient(section);
    else if (kind === 1) sequences.set(...parseSequence(section));
    else throw new MalformedMessageError('Unexpected section');
    at += section.length;
  }
  if (!body) throw new MalformedMessageError('A message without a body');
  const [command = ''] = Object.keys(body);
  const documents = command === 'insert' ? sequences.get('documents') : undefined;
  for (const [name, elements] of sequences) body[name] = elements === documents ? [] : elements.map(decodeFromClient);
  return {
    request: new Request(command, body, documents),
    requestId,
    wantsReply: (flags & MORE_TO_COME) === 0,
    isLegacy: false,
  };
}

/** Reads a length-prefixed value at offset `at`. */
function readSized(message: Buffer, at: number, end: number): Buffer {
  const length = message.readInt32LE(at);
  if (length < 5 || at + length > end) throw new MalformedMessageError('A section is longer than its message');
  return message.subarray(at, at + length);
}

function parseSequence(section: Buffer): [string, Buffer[]] {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new MalformedMessageError('A sequence without a name');
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const document = readSized(section, at, section.length);
    documents.push(document);
    at += document.length;
  }
  return [section.toString('utf8', 4, nameEnd), documents];
}

/** Parses the old operation OP_QUERY, with which clients greet a server that they do not know yet. */
function parseQuery(message: Buffer, requestId: number): Message {
  const start = HEADER_BYTES + 4;
  const nameEnd = message.indexOf(0, start);
  const collection = message.toString('utf8', start, nameEnd);
  if (nameEnd < 0 || !collection.endsWith('.$cmd')) throw new MalformedMessageError('Only commands can be queried');
  const body = decodeFromClient(readSized(message, nameEnd + 9, message.length));
  const command = isDoc(body.$query) ? body.$query : body;
  const [name = ''] = Object.keys(command);
  const database = collection.slice(0, -'.$cmd'.length);
  return { request: new Request(name, { ...command, $db: database }), requestId, wantsReply: true, isLegacy: true };
}

let lastReplyId = 0;

/** Encodes the reply to a message, in the operation that matches the request. */
export function encodeReply({ requestId, isLegacy }: Message, body: Buffer): Buffer {
  const prefix = isLegacy ? 20 : 5;
  const message = Buffer.alloc(HEADER_BYTES + prefix + body.length);
  lastReplyId = (lastReplyId + 1) & 0x7fffffff;
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(lastReplyId, 4);
  message.writeInt32LE(requestId, 8);
  message.writeInt32LE(isLegacy ? OP_REPLY : OP_MSG, 12);
  // OP_REPLY: flags, cursor, start, one document. OP_MSG: flags, one section of kind 0.
  if (isLegacy) message.writeInt32LE(1, HEADER_BYTES + 16);
  body.copy(message, HEADER_BYTES + prefix);
  return message;
}

/** Encodes a command for a server. */
export function encodeCommand(body: Buffer): Buffer {
  const message = Buffer.alloc(HEADER_BYTES + 5 + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(OP_MSG, 12);
  body.copy(message, HEADER_BYTES + 5);
  return message;
}

/** Returns the body of a server's reply to a command. Throws MalformedMessageError if it is no such reply. */
export function decodeReply(message: Buffer): Buffer {
  if (message.readInt32LE(12) !== OP_MSG || message[HEADER_BYTES + 4] !== 0)
    throw new MalformedMessageError('The reply is not a message with a body');
  return readSized(message, HEADER_BYTES + 5, message.length);
}
