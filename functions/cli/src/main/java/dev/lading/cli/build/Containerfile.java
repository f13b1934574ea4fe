package dev.lading.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.SmallFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is built.
 *
 * @param file where the text was read; empty: on standard input
 */
record Containerfile(String text, Optional<Path> file) {
    private static final String STDIN = "-";
    private static final List<String> USUAL = List.of("Containerfile", "Dockerfile");
    private static final List<String> IGNORE_FILES = List.of(".containerignore", ".dockerignore");
    private static final int MOST_BYTES = 256 * 1024;

    static boolean isStdin(Optional<String> named) {
        return named.filter(STDIN::equals).isPresent();
    }

    /** @param named by the option; empty: it has one of the usual names in the folder */
    static Containerfile read(Invocation invocation, Optional<String> named, Path folder) {
        if (isStdin(named)) {
            return new Containerfile(text(invocation.in(), "standard input"), Optional.empty());
        }
        Path file = named.map(name -> invocation.folder().resolve(name)).orElseGet(() -> usual(folder));
        try (InputStream in = Files.newInputStream(file)) {
            return new Containerfile(text(in, file.toString()), Optional.of(file));
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + file, e);
        }
    }

    private static Path usual(Path folder) {
        return USUAL.stream()
                .map(folder::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> CommandFailure.usage(
                        "there is no Containerfile and no Dockerfile in " + folder + "; name one by --file"));
    }

    private static String text(InputStream in, String from) {
        try {
            byte[] content = in.readNBytes(MOST_BYTES + 1);
            if (content.length > MOST_BYTES) {
                throw CommandFailure.usage(from + " is no Containerfile: it is longer than 256 KiB");
            }
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            throw CommandFailure.usage(from + " is no Containerfile: it is not text in UTF-8");
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + from, e);
        }
    }

    /** The file that says what of the folder is not sent: the one beside this, else that of the folder. */
    Optional<Path> ignoreFile(Path folder) {
        Stream<Path> own = file.stream()
                .flatMap(each -> IGNORE_FILES.stream().map(ending -> each.resolveSibling(each.getFileName() + ending)));
        return Stream.concat(own, IGNORE_FILES.stream().map(folder::resolve))
                .filter(Files::exists)
                .findFirst();
    }

    /** What of the folder is not sent. */
    IgnorePatterns ignored(Path folder) {
        Optional<Path> found = ignoreFile(folder);
        try {
            return found.isEmpty() ? IgnorePatterns.NONE : IgnorePatterns.parse(SmallFile.read(found.get()));
        } catch (IgnorePatterns.Unreadable e) {
            throw CommandFailure.usage(found.orElseThrow() + ": " + e.getMessage());
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + found.orElseThrow(), e);
        }
    }
}
