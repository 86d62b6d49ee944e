import type { Command } from 'commander';
import { clientOf } from '../connection.js';

export function addMcpCommand(program: Command): void {
  program
    .command('mcp')
    .description('serve the gateway to an AI assistant (Model Context Protocol, on standard input and output)')
    .addHelpText(
      'after',
      '\nExample of a client\'s configuration: { "command": "npx", "args": ["mock-payment-gateway", "mcp"] }',
    )
    .action(async (_flags: unknown, command: Command) => {
      const client = clientOf(command);
      // Loaded only here: it is large.
      const { serveMcp } = await import('../mcp-server.js');
      await serveMcp(client);
    });
}
