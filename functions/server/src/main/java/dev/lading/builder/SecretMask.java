package dev.lading.builder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Passes bytes on with secrets replaced, also where one comes in several writes. */
final class SecretMask extends OutputStream {
    private static final byte[] MASK = {'*', '*', '*'};

    /** What is shorter is in every text, and keeps nothing secret. */
    private static final int LEAST = 4;

    private final OutputStream out;
    private final List<byte[]> secrets;
    private byte[] held = {};

    SecretMask(OutputStream out, Collection<byte[]> secrets) {
        this.out = out;
        this.secrets = secrets.stream()
                .flatMap(secret -> Stream.of(secret, withoutLineEnd(secret)))
                .filter(secret -> secret.length >= LEAST)
                // A secret that another one is the beginning of is replaced as a whole.
                .sorted(Comparator.comparingInt((byte[] secret) -> secret.length)
                        .reversed())
                .toList();
    }

    private static byte[] withoutLineEnd(byte[] secret) {
        int end = secret.length;
        while (end > 0 && (secret[end - 1] == '\n' || secret[end - 1] == '\r')) {
            end--;
        }
        return Arrays.copyOf(secret, end);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (secrets.isEmpty()) {
            out.write(bytes, offset, length);
            return;
        }
        byte[] all = Arrays.copyOf(held, held.length + length);
        System.arraycopy(bytes, offset, all, held.length, length);
        int end = mask(all, true);
        held = Arrays.copyOfRange(all, end, all.length);
    }

    /** @return where what is to wait begins, since it may be the beginning of a secret */
    private int mask(byte[] all, boolean more) throws IOException {
        var clear = new ByteArrayOutputStream(all.length);
        int at = 0;
        while (at < all.length) {
            int here = at;
            byte[] found = secrets.stream()
                    .filter(secret -> matches(all, here, secret, secret.length))
                    .findFirst()
                    .orElse(null);
            // First, since a shorter secret may be the beginning of one that is not all here yet.
            if (more && mayBegin(all, at)) {
                break;
            } else if (found != null) {
                clear.write(MASK);
                at += found.length;
            } else {
                clear.write(all[at]);
                at++;
            }
        }
        out.write(clear.toByteArray());
        return at;
    }

    /** Whether all that is left is the beginning of a secret. */
    private boolean mayBegin(byte[] all, int at) {
        int rest = all.length - at;
        return secrets.stream().anyMatch(secret -> rest < secret.length && matches(all, at, secret, rest));
    }

    private static boolean matches(byte[] all, int at, byte[] secret, int length) {
        return at + length <= all.length && Arrays.equals(all, at, at + length, secret, 0, length);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        mask(held, false);
        held = new byte[0];
        out.close();
    }
}
