package dev.lading.builder;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * A file in a build's folder through which it reaches the registry, and nothing else: a network namespace has no other
 * way out. Connections are passed on as they are.
 */
final class BuildDoor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BuildDoor.class);
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int MOST = 64;

    private final ServerSocketChannel listening;
    private final InetSocketAddress registry;
    private final Semaphore room = new Semaphore(MOST);
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private BuildDoor(ServerSocketChannel listening, InetSocketAddress registry) {
        this.listening = listening;
        this.registry = registry;
    }

    /** @param port of the registry on the loopback */
    static BuildDoor open(Path file, int port) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listening.bind(UnixDomainSocketAddress.of(file));
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw e;
        }
        var door = new BuildDoor(listening, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        Thread.ofVirtual().name("build-door").start(door::accept);
        return door;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                if (room.tryAcquire()) {
                    Thread.ofVirtual().start(() -> pass(client));
                } else {
                    client.close();
                }
            }
        } catch (IOException e) {
            // Closed, with the build.
            LOG.debugf("the door of a build is closed: %s", e.getMessage());
        }
    }

    private void pass(SocketChannel client) {
        open.add(client);
        try (client;
                SocketChannel server = SocketChannel.open(registry)) {
            open.add(server);
            Thread answers = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            answers.join();
            open.remove(server);
        } catch (IOException e) {
            LOG.debugf("a build's connection ended: %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
            room.release();
        }
    }

    private static void copy(ByteChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debugf("cannot close a build's connection: %s", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(BuildDoor::close);
    }
}
