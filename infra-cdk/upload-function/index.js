// The upload service as a Lambda Web Function: starts the server, which listens where Lambda looks for it. Nothing of a
// request passes through Node.
'use strict';

const { spawn } = require('node:child_process');
const { constants, tmpdir } = require('node:os');
const { join } = require('node:path');

const endpoint = process.env.AWS_LAMBDA_HTTP_ENDPOINT;
const colon = endpoint.lastIndexOf(':');
const folder = tmpdir();

// 2 GB of memory are billed as they are used: what is free goes back soon. An environment has 512 MB of disk; 8 uploads take
// 33 each.
const java = spawn(
    join(__dirname, 'java/bin/java'),
    [
        '-Xms32m',
        '-Xmx96m',
        '-XX:+UseSerialGC',
        '-XX:SurvivorRatio=4',
        '-XX:MaxHeapFreeRatio=40',
        '-XX:MinHeapFreeRatio=20',
        '-XX:TrimNativeHeapInterval=5000',
        '-XX:+ExitOnOutOfMemoryError',
        `-Djava.io.tmpdir=${folder}`,
        '-jar',
        join(__dirname, 'quarkus-app/quarkus-run.jar'),
        '--role=uploads',
        '--storage=aws',
        `--host=${endpoint.slice(0, colon)}`,
        `--port=${endpoint.slice(colon + 1)}`,
        `--data=${join(folder, 'lading')}`,
        '--spool-mib=264',
        ...process.env.SERVER_OPTIONS.split(' '),
    ],
    { stdio: 'inherit' },
);

for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => java.kill(signal));
}
java.on('error', error => {
    console.log(`the server cannot be started: ${error.message}`);
    process.exit(1);
});
java.on('spawn', () => console.log(`started the server as process ${java.pid}, to listen on ${endpoint}`));
java.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
