package dev.lading.server;

import dev.lading.access.TokenKeys;
import dev.lading.embedded.DataFolder;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/** The password and the keys in a data folder, made where they are missing. */
final class Secrets {
    private static final String PASSWORD = "admin-password";
    private static final String ACCESS_KEY = "token-key";
    private static final String UPLOAD_KEY = "upload-key";
    private static final int PASSWORD_BYTES = 18;
    private static final int UPLOAD_KEY_BYTES = 32;

    private final DataFolder folder;

    Secrets(DataFolder folder) {
        this.folder = folder;
    }

    /** Made at the first start; empty: there is one already. */
    Optional<String> makePassword() {
        if (folder.secret(PASSWORD).filter(p -> !p.isEmpty()).isPresent()) {
            return Optional.empty();
        }
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random(PASSWORD_BYTES));
        folder.keepSecret(PASSWORD, password);
        return Optional.of(password);
    }

    String password() {
        return folder.secret(PASSWORD).orElseThrow();
    }

    TokenKeys keys() {
        try {
            byte[] upload = folder.secret(UPLOAD_KEY)
                    .map(Base64.getDecoder()::decode)
                    .orElseGet(() -> {
                        byte[] made = random(UPLOAD_KEY_BYTES);
                        folder.keepSecret(UPLOAD_KEY, Base64.getEncoder().encodeToString(made));
                        return made;
                    });
            Optional<String> access = folder.secret(ACCESS_KEY);
            return new TokenKeys(
                    access.isPresent() ? read(access.get()) : make(), new SecretKeySpec(upload, "HmacSHA256"));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new StartFailure(
                    "the keys in the data folder's secrets/ are damaged; delete token-key and upload-key there to make"
                            + " new ones",
                    e);
        }
    }

    private KeyPair make() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Base64.Encoder base64 = Base64.getEncoder();
        folder.keepSecret(
                ACCESS_KEY,
                base64.encodeToString(pair.getPrivate().getEncoded()) + " "
                        + base64.encodeToString(pair.getPublic().getEncoded()));
        return pair;
    }

    private static KeyPair read(String text) throws GeneralSecurityException {
        String[] parts = text.split(" ", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("two keys expected");
        }
        KeyFactory factory = KeyFactory.getInstance("EC");
        Base64.Decoder base64 = Base64.getDecoder();
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(base64.decode(parts[1]))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(parts[0]))));
    }

    private static byte[] random(int bytes) {
        byte[] made = new byte[bytes];
        new SecureRandom().nextBytes(made);
        return made;
    }
}
