// The minimum that a charge costs: find the caller by an indexed key, insert a payment.
// Usage: node bare-server.js PORT MONGODB_URI
import { createHash, randomBytes } from 'node:crypto';
import Fastify from 'fastify';
import { MongoClient } from 'mongodb';

const [port, uri] = process.argv.slice(2);
const client = await MongoClient.connect(uri, { maxPoolSize: 32 });
const callers = client.db().collection('bare_callers');
const payments = client.db().collection('bare_payments');
await callers.createIndex({ hash: 1 });
await payments.createIndex({ callerId: 1, _id: -1 });
await callers.updateOne({ _id: 'caller' }, { $set: { hash: hash('bare-key') } }, { upsert: true });

function hash(key) {
  return createHash('sha256').update(key).digest('hex');
}

const server = Fastify();
server.post('/charge', async (request, reply) => {
  const caller = await callers.findOne({ hash: hash(request.headers['x-api-key']) });
  if (!caller) return reply.code(401).send();
  const { customerName, paymentAmount, currency } = request.body;
  const payment = {
    _id: `txn_${randomBytes(12).toString('hex')}`,
    callerId: caller._id,
    customerName,
    amount: Math.round(paymentAmount * 100),
    currency,
    status: 'pending',
    createdAt: new Date(),
  };
  await payments.insertOne(payment);
  return reply.code(201).send({
    id: payment._id,
    customerName,
    amount: paymentAmount,
    currency,
    status: payment.status,
    created: payment.createdAt,
  });
});
process.on('SIGTERM', async () => {
  await server.close();
  await client.close();
  process.exit(0);
});
await server.listen({ port: Number(port), host: '127.0.0.1' });
