import { MongoError } from './mongo-error.js';

export class IndexNotFound extends MongoError {
  constructor(name: string) {
    super(27, `index not found with name [${name}]`);
  }
}

export class NamespaceNotFound extends MongoError {
  constructor(namespace: string) {
    super(26, `ns does not exist: ${namespace}`);
  }
}
