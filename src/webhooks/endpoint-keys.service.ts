import { Injectable } from '@nestjs/common';
import { SecretBox } from '../platform/common/secret-box.js';
import { followingId } from '../platform/worlds/world-ids.js';
import { type KeyMaterial, newKeyMaterial } from './signing-keys.js';
import type { SignatureVersion, SigningKey, WebhookEndpoint } from './webhook-endpoint.schema.js';

/** Keys as they are stored, and the new shared secret, which is shown once; null if there is none. */
export interface NewKeys {
  readonly signingKeys: SigningKey[];
  readonly secret: string | null;
}

/** Makes and reads the keys that sign the deliveries of endpoints. */
@Injectable()
export class EndpointKeys {
  constructor(private readonly secrets: SecretBox) {}

  /** The first keys of an endpoint. */
  first(
    endpointId: string,
    versions: readonly SignatureVersion[],
    now: Date,
    make: (version: SignatureVersion) => KeyMaterial = newKeyMaterial,
  ): NewKeys {
    return this.stored(versions.map(make), followingId('sec', endpointId, now), now);
  }

  /** New keys with the id `id`. The current ones go on signing until `previousValidUntil`; older ones end. */
  rotated({ signingKeys }: WebhookEndpoint, id: string, now: Date, previousValidUntil: Date): NewKeys {
    const current = signingKeys.filter(({ expiresAt }) => expiresAt === null);
    const next = this.stored(
      current.map(({ version }) => newKeyMaterial(version)),
      id,
      now,
    );
    const previous = current.map(({ id: previousId, version, sealed, publicKey, createdAt }) => ({
      id: previousId,
      version,
      sealed,
      publicKey,
      createdAt,
      expiresAt: previousValidUntil,
    }));
    return { signingKeys: [...next.signingKeys, ...previous], secret: next.secret };
  }

  /** New keys in place of current ones that cannot be read here. */
  replaced({ signingKeys }: WebhookEndpoint): NewKeys {
    const current = signingKeys.filter(({ expiresAt }) => expiresAt === null);
    const [newest] = current;
    return this.stored(
      current.map(({ version }) => newKeyMaterial(version)),
      newest?.id ?? '',
      newest?.createdAt ?? new Date(0),
    );
  }

  /** The keys that sign now, decrypted, newest first. */
  live({ signingKeys }: WebhookEndpoint, now: Date): { version: SignatureVersion; secret: string }[] {
    return signingKeys
      .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
      .map(({ version, sealed }) => ({ version, secret: this.secrets.open(sealed) }));
  }

  /** Null if the endpoint is signed with ed25519 alone. */
  currentSharedSecret({ signingKeys }: WebhookEndpoint): string | null {
    const current = signingKeys.find(({ version, expiresAt }) => version === 'v1' && expiresAt === null);
    return current ? this.secrets.open(current.sealed) : null;
  }

  private stored(material: readonly KeyMaterial[], id: string, createdAt: Date): NewKeys {
    return {
      signingKeys: material.map(({ version, secret, publicKey }) => ({
        id,
        version,
        sealed: this.secrets.seal(secret),
        publicKey,
        createdAt,
        expiresAt: null,
      })),
      secret: material.find(({ version }) => version === 'v1')?.secret ?? null,
    };
  }
}
