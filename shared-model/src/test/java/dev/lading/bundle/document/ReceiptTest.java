package dev.lading.bundle.document;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.BundleSignature;
import dev.lading.bundle.Trust;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.testing.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptTest {
    private static final Trust ANYBODY = new Trust(List.of(), true);
    private final KeyPair pair = pair();
    private final Receipt receipt = new Receipt(
            Instant.parse("2026-11-29T08:00:00.123Z"),
            List.of(
                    new Receipt.Held(new RepositoryId(new UUID(1, 2)), "team/\u00e4 app", 7, blobs(3)),
                    new Receipt.Held(new RepositoryId(new UUID(1, 3)), "empty", 0, Set.of())));

    private static Set<Digest> blobs(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Digest.of(Digest.SHA256, Bytes.random(9)))
                .collect(Collectors.toSet());
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private String signed() {
        return receipt.text(Optional.of(BundleSignature.by(pair.getPrivate(), pair.getPublic())));
    }

    private Trust trusted() {
        return new Trust(List.of(pair.getPublic()), false);
    }

    @Test
    void what_was_written_is_read() {
        assertThat(Receipt.parse(signed(), trusted())).isEqualTo(receipt);
        assertThat(Receipt.parse(receipt.text(Optional.empty()), ANYBODY)).isEqualTo(receipt);
    }

    @Test
    void whom_nobody_trusts_is_refused() {
        var others = new Trust(List.of(pair().getPublic()), true);
        assertThatThrownBy(() -> Receipt.parse(signed(), others)).hasMessageContaining("not trusted");
        assertThatThrownBy(() -> Receipt.parse(signed(), ANYBODY)).hasMessageContaining("not trusted");
        assertThatThrownBy(() -> Receipt.parse(receipt.text(Optional.empty()), trusted()))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("the receipt is not signed");
    }

    @Test
    void every_bit_counts() {
        byte[] bytes = signed().getBytes(ISO_8859_1);
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> Receipt.parse(new String(flipped, ISO_8859_1), trusted()))
                    .as("bit " + bit)
                    .isInstanceOf(BundleRefused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lading receipt 2\ncreated 2026-11-29T08:00:00Z\n",
                "lading receipt 1\n",
                "lading receipt 1\ncreated yesterday-or-some-time\n",
                "lading receipt 1\ncreated 2026-11-29T08:00:00Z",
                "lading receipt 1\ncreated 2026-11-29T08:00:00Z\nwhat\n",
                "lading receipt 1\ncreated 2026-11-29T08:00:00Z\nrepository 0 1 app\n",
                """
                lading receipt 1
                created 2026-11-29T08:00:00Z
                repository 00000000-0000-0001-0000-000000000002 01 app
                """,
                """
                lading receipt 1
                created 2026-11-29T08:00:00Z
                repository 00000000-0000-0001-0000-000000000002 1 a
                repository 00000000-0000-0001-0000-000000000002 2 b
                """
            })
    void what_is_none_is_refused(String text) {
        assertThatThrownBy(() -> Receipt.parse(text, ANYBODY)).isInstanceOf(BundleRefused.class);
    }

    @Test
    void one_that_no_request_has_room_for_is_not_made() {
        var large = new Receipt(
                Instant.EPOCH, List.of(new Receipt.Held(new RepositoryId(new UUID(1, 2)), "app", 1, blobs(20_000))));
        assertThatThrownBy(() -> large.text(Optional.empty())).hasMessageContaining("fewer repositories");
    }
}
