package dev.lading.declared;

import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.tar.TarHeader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file in the layer of a declared image, of root's.
 *
 * @param path absolute
 * @param digest of a blob of the repository
 * @param mode permissions, of 12 bits
 */
public record DeclaredFile(String path, Digest digest, int mode) {
    private static final int MAX_MODE = 07777;

    /** Whiteouts would remove what the base has. Source: image-spec, layer.md, "Whiteouts". */
    private static final Pattern PATH = Pattern.compile("(/(?!\\.{1,2}(/|$)|\\.wh\\.)[^/\\x00-\\x1f\\x7f]+)+");

    /** @throws FieldInvalid if it names no place for a file in an image */
    public DeclaredFile {
        if (!PATH.matcher(path).matches()) {
            throw invalid("'" + path + "' is no path of a file in an image: it begins with / and has no part that is"
                    + " empty, a dot, two dots, or begins with .wh.");
        }
        if (!TarHeader.takes(path.substring(1))) {
            throw invalid("'" + path + "' is too long: a path has up to 255 bytes, its last 100 behind a slash");
        }
        if (mode < 0 || mode > MAX_MODE) {
            throw invalid("the mode of '" + path + "' is none of a file");
        }
    }

    private static FieldInvalid invalid(String message) {
        return new FieldInvalid("files", message);
    }

    /** @throws FieldInvalid if two have one path, or one is where another needs a folder */
    static void requireApart(List<DeclaredFile> files) {
        Set<String> paths = new HashSet<>();
        files.forEach(file -> {
            if (!paths.add(file.path())) {
                throw invalid("'" + file.path() + "' is declared twice");
            }
        });
        for (DeclaredFile file : files) {
            for (int at = file.path().lastIndexOf('/'); at > 0; at = file.path().lastIndexOf('/', at - 1)) {
                String folder = file.path().substring(0, at);
                if (paths.contains(folder)) {
                    throw invalid("'" + folder + "' is a file, and '" + file.path() + "' is below it");
                }
            }
        }
    }
}
