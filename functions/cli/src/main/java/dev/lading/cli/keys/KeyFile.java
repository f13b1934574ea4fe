package dev.lading.cli.keys;

import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.shell.SmallFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A public key as {@code lading keys bundle} prints it. */
public final class KeyFile {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----\\s+([A-Za-z0-9+/=\\s]{16,1024})-----END PUBLIC KEY-----\\s*");

    private KeyFile() {}

    /** The key, X.509 in URL-safe base64. */
    public static String read(Path file) {
        try {
            Matcher pem = PEM.matcher(SmallFile.read(file));
            if (!pem.matches()) {
                throw CommandFailure.usage(file + " is no public key as 'lading keys bundle' prints it");
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(encoded);
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.usage("cannot read " + file + ": " + e.getMessage());
        }
    }
}
