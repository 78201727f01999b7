import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * The worker of a host that lets nobody connect until it is awake: its backlog is full, and the system drops what comes,
 * as a network does. Awake, it passes each connection on to another port of this machine.
 */
const { host, port, to, awake } = workerData as {
  readonly host: string;
  readonly port: number;
  readonly to: number;
  readonly awake: Int32Array;
};

const server = createServer((socket) => {
  const beyond = connect(to, '127.0.0.1');
  const end = () => [socket, beyond].forEach((one: Socket) => one.destroy());
  for (const one of [socket, beyond]) one.on('error', end).on('close', end);
  socket.pipe(beyond).pipe(socket);
});
server.listen({ host, port, backlog: 1 }, () => {
  const { port: taken } = server.address() as AddressInfo;
  const fillers = Array.from({ length: 6 }, () => connect(taken, host).on('error', () => {}));
  parentPort?.postMessage(taken, []);
  // After the fillers, and before the loop accepts any of them.
  process.nextTick(() => {
    Atomics.wait(awake, 0, 0);
    for (const filler of fillers) filler.destroy();
  });
});
