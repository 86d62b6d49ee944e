import {
  answered,
  type Connection,
  type QueryOf,
  type RequestOptions,
  type Schemas,
  sent,
  type WriteOptions,
} from './connection.js';
import { PagedList } from './pages.js';

/** Accounts and what belongs to them. All but `register`, `login` and `status` need the access token. */
export class Accounts {
  constructor(private readonly connection: Connection) {}

  /** The answer has the API key and the webhook secret, which are shown only once. */
  register(body: Schemas['RegisterDto'], options?: WriteOptions): Promise<Schemas['RegisteredDto']> {
    return answered(this.connection.api.POST('/api/v1/users/register', { body, ...sent(options) }));
  }

  login(body: Schemas['LoginDto'], options?: RequestOptions): Promise<Schemas['SessionDto']> {
    return answered(this.connection.api.POST('/api/v1/users/login', { body, ...sent(options) }));
  }

  me(options?: RequestOptions): Promise<Schemas['AccountDto']> {
    return answered(this.connection.api.GET('/api/v1/users/me', sent(options)));
  }

  /** A new password needs the one so far, and ends all other tokens. */
  update(body: Schemas['ChangeAccountDto'], options?: RequestOptions): Promise<Schemas['AccountDto']> {
    return answered(this.connection.api.PATCH('/api/v1/users/me', { body, ...sent(options) }));
  }

  /** For administrators: all users, newest first, without sandboxes. */
  list(query: QueryOf<'/api/v1/admin/users'> = {}, options?: RequestOptions): PagedList<Schemas['UserDto']> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/admin/users', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  /** For the system_admin. The role holds at once. */
  changeRole(
    id: string,
    role: Schemas['AssignableRole'],
    options?: RequestOptions,
  ): Promise<Schemas['RoleChangedDto']> {
    return answered(
      this.connection.api.PATCH('/api/v1/users/{user_id}/role', {
        params: { path: { user_id: id } },
        body: { new_role: role },
        ...sent(options),
      }),
    );
  }

  /** For administrators: deletes an account; its tokens and keys stop working at once. */
  delete(id: string, options?: RequestOptions): Promise<Schemas['DeletedDto']> {
    return answered(
      this.connection.api.DELETE('/api/v1/{resource}/{resource_id}', {
        params: { path: { resource: 'users', resource_id: id } },
        ...sent(options),
      }),
    );
  }

  /** For administrators: figures over all accounts. */
  dashboard(options?: RequestOptions): Promise<Schemas['DashboardDto']> {
    return answered(this.connection.api.GET('/api/v1/admin/dashboard', sent(options)));
  }

  createApiKey(body: Schemas['CreateApiKeyDto'], options?: WriteOptions): Promise<Schemas['CreatedApiKeyDto']> {
    return answered(this.connection.api.POST('/api/v1/users/me/api-keys', { body, ...sent(options) }));
  }

  async apiKeys(options?: RequestOptions): Promise<readonly Schemas['ApiKeyDto'][]> {
    return (await answered(this.connection.api.GET('/api/v1/users/me/api-keys', sent(options)))).data;
  }

  deleteApiKey(id: string, options?: RequestOptions): Promise<void> {
    return answered(
      this.connection.api.DELETE('/api/v1/users/me/api-keys/{key_id}', {
        params: { path: { key_id: id } },
        ...sent(options),
      }),
    );
  }

  /** A link that signs a browser in to the console as this account, once. Not in production. */
  consoleLink(options?: RequestOptions): Promise<Schemas['ConsoleLinkDto']> {
    return answered(this.connection.api.POST('/api/v1/console/links', sent(options)));
  }

  rotateWebhookSecret(options?: WriteOptions): Promise<Schemas['RotatedWebhookSecretDto']> {
    return answered(this.connection.api.POST('/api/v1/users/me/webhook-secret/rotate', sent(options)));
  }
}
