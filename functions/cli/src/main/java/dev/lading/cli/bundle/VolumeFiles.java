package dev.lading.cli.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.CommandFailure;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Files that are imported together: a bundle, or volumes of one, as the server knows them by their beginnings. */
final class VolumeFiles {
    private final List<Path> files;

    /** What the server said of each, by the number of the volume; 0: it is a whole bundle. */
    private final Map<Integer, Path> numbers = new LinkedHashMap<>();

    private JsonNode last = MissingNode.getInstance();

    VolumeFiles(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /** Adds what a rehearsal said of a file. */
    void add(Path file, JsonNode report) {
        int number = report.path("volume").asInt();
        if (number == 0 && files.size() > 1) {
            throw CommandFailure.usage(file + " is a whole bundle, or none; import it by itself");
        }
        if (!last.isMissingNode()) {
            requireSame(file, report, "bundle", "is of another bundle than");
            requireSame(file, report, "volume_size", "is cut into volumes of another size than");
        }
        Path before = numbers.putIfAbsent(number, file);
        if (before != null) {
            throw CommandFailure.usage(file + " and " + before + " are both volume " + number);
        }
        last = report;
    }

    private void requireSame(Path file, JsonNode report, String field, String otherwise) {
        if (!report.path(field).equals(last.path(field))) {
            throw CommandFailure.usage(file + " " + otherwise + " " + files.getFirst());
        }
    }

    JsonNode last() {
        return last;
    }

    /** What is left to come, and made, once all files were sent. */
    JsonNode expected() {
        ObjectNode expected = last.deepCopy();
        ArrayNode left = expected.putArray("missing_volumes");
        last.path("missing_volumes").forEach(number -> {
            if (!numbers.containsKey(number.asInt())) {
                left.add(number);
            }
        });
        return expected;
    }

    /** The files that the server does not have yet; one of them all, if it has them and did not end. */
    List<Path> toSend() {
        List<Path> left = numbers.entrySet().stream()
                .filter(each -> each.getKey() == 0 || missingNumbers(last).contains(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        boolean isOver = missingNumbers(last).isEmpty()
                && StreamSupport.stream(last.path("repositories").spliterator(), false)
                        .allMatch(repository -> repository.path("versions").asLong() == 0)
                && last.path("distributions").isEmpty();
        return left.isEmpty() && !isOver ? files.subList(0, 1) : left;
    }

    private static List<Integer> missingNumbers(JsonNode report) {
        return StreamSupport.stream(report.path("missing_volumes").spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    /** A sentence that names the volumes which have not come; empty: all have. */
    static Optional<String> missing(JsonNode report) {
        List<Integer> missing = missingNumbers(report);
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        String of = " of " + report.path("volumes").asInt();
        if (missing.size() == 1) {
            return Optional.of("volume " + missing.getFirst() + of + " is missing; nothing is made before it comes");
        }
        String first = missing.subList(0, missing.size() - 1).stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return Optional.of("volumes " + first + " and " + missing.getLast() + of
                + " are missing; nothing is made before they come");
    }
}
