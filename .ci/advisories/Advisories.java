import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.maven.artifact.versioning.ComparableVersion;

/**
 * Compares what is packaged with a folder of advisories in OSV's format:
 * {@code Advisories <folder> <ignored> <artefact>...} where an artefact is a Lambda function's zip, a folder of jars, a
 * list of Maven coordinates ({@code .txt}) or an npm lock ({@code .json}). Exits with 0 if nothing is affected, 1 if
 * something is, 2 if it could not be checked.
 *
 * <p>Source: https://ossf.github.io/osv-schema/ ("affected" and "Evaluation"). Git ranges are not evaluated: OSV's
 * exports for Maven and npm have ranges of versions as well.
 */
final class Advisories {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A place in a jar's name where a version may begin. */
    private static final Pattern VERSION = Pattern.compile("-(?=\\d)");

    /** @param name in Maven, group.artifact: the names of our jars do not tell where the group ends */
    private record Package(String ecosystem, String name, String version) {}

    private record Hole(Package of, String shown, String id, Set<String> names, String fixed) {}

    private final Map<Package, Set<String>> packages = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private int found;
    private final List<String> problems = new ArrayList<>();
    private final List<Hole> holes = new ArrayList<>();
    private int advisories;

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 3 || arguments[0].isBlank()) {
            notChecked("say which advisories: make advisories ADVISORIES=<folder of files in OSV's format>");
        }
        var check = new Advisories();
        for (String artefact : List.of(arguments).subList(2, arguments.length)) {
            check.readArtefact(Path.of(artefact));
        }
        check.readAdvisories(Path.of(arguments[0]));
        System.exit(check.report(readIgnored(Path.of(arguments[1]))));
    }

    private static void notChecked(String why) {
        System.err.println("not checked: " + why);
        System.exit(2);
    }

    // What we have

    private void readArtefact(Path artefact) throws IOException {
        int before = found;
        String name = artefact.toString();
        if (!Files.exists(artefact)) {
            notChecked(name + " is missing");
        } else if (name.endsWith(".zip")) {
            try (ZipFile zip = new ZipFile(artefact.toFile())) {
                zip.stream().map(entry -> Path.of(entry.getName())).forEach(file -> readJar(file, name));
            }
        } else if (name.endsWith(".txt")) {
            Files.readAllLines(artefact).forEach(line -> readCoordinates(line, name));
        } else if (name.endsWith(".json")) {
            JSON.readTree(artefact.toFile()).path("packages").properties().forEach(entry -> readNpm(entry, name));
        } else {
            try (Stream<Path> all = Files.walk(artefact)) {
                all.forEach(file -> readJar(file, name));
            }
        }
        if (found == before) {
            notChecked(name + " names no package");
        }
    }

    private void add(Package ours, String artefact) {
        packages.computeIfAbsent(ours, key -> new TreeSet<>()).add(artefact);
    }

    private void count(String name) {
        names.add(name);
        found++;
    }

    /**
     * Parses a name such as group.artifact-version.jar. Each place where a version may begin is tried: only one of them
     * is a package's.
     */
    private void readJar(Path file, String artefact) {
        String jar = file.getFileName().toString();
        if (!jar.endsWith(".jar")) {
            return;
        }
        String name = jar.substring(0, jar.length() - ".jar".length());
        Matcher version = VERSION.matcher(name);
        while (version.find()) {
            add(new Package("Maven", name.substring(0, version.start()), name.substring(version.end())), artefact);
        }
        count("Maven/" + name);
    }

    /** Parses group:artifact:classifier:jar:version, of Quarkus, or group:artifact:jar:version:scope, of Maven. */
    private void readCoordinates(String line, String artefact) {
        String[] parts = line.strip().split(":");
        int version = parts.length < 5 ? 0 : parts[2].equals("jar") ? parts.length - 2 : parts[3].equals("jar") ? 4 : 0;
        if (version > 0) {
            String name = parts[0] + "." + parts[1];
            add(new Package("Maven", name, parts[version]), artefact);
            count("Maven/" + name + "-" + parts[version]);
        } else if (parts.length > 3) {
            problems.add(artefact + ": '" + line.strip() + "' is no coordinate");
        }
    }

    private void readNpm(Map.Entry<String, JsonNode> entry, String artefact) {
        int name = entry.getKey().lastIndexOf("node_modules/");
        if (name >= 0) {
            String module = entry.getKey().substring(name + "node_modules/".length());
            String version = entry.getValue().path("version").asText();
            add(new Package("npm", module, version), artefact);
            count("npm/" + module + "-" + version);
        }
    }

    // What is known of it

    private void readAdvisories(Path folder) throws IOException {
        if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
            notChecked("'" + folder + "' is no folder that can be read");
        }
        Map<String, List<Package>> byName = new HashMap<>();
        packages.keySet()
                .forEach(each -> byName.computeIfAbsent(each.ecosystem() + "/" + each.name(), key -> new ArrayList<>())
                        .add(each));
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
                try {
                    readAdvisory(JSON.readTree(file.toFile()), byName);
                } catch (IOException | RuntimeException e) {
                    problems.add(file + " is no advisory in OSV's format: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
                }
            }
        }
        if (advisories == 0 && problems.isEmpty()) {
            notChecked("'" + folder + "' has no advisory (files that end with .json)");
        }
    }

    private void readAdvisory(JsonNode advisory, Map<String, List<Package>> byName) {
        if (!advisory.path("id").isTextual() || !advisory.path("modified").isTextual()) {
            throw new IllegalArgumentException("it has no id or no date");
        }
        boolean withdrawn = advisory.hasNonNull("withdrawn");
        for (JsonNode affected : advisory.path("affected")) {
            // As in "Maven:https://repo.example".
            String ecosystem = affected.path("package").path("ecosystem").asText().split(":")[0];
            String name = affected.path("package").path("name").asText();
            String key = ecosystem + "/" + (ecosystem.equals("Maven") ? name.replace(':', '.') : name);
            for (Package ours : byName.getOrDefault(key, List.of())) {
                if (!withdrawn && isAffected(ours, affected)) {
                    String id = advisory.path("id").asText();
                    holes.add(new Hole(ours, name, id, names(advisory), fixed(ours, affected)));
                }
            }
        }
        advisories++;
    }

    private static Set<String> names(JsonNode advisory) {
        Set<String> names = new HashSet<>(Set.of(advisory.path("id").asText()));
        advisory.path("aliases").forEach(alias -> names.add(alias.asText()));
        return names;
    }

    /** Whether a version is listed, or in a range. Source: OSV's schema, "Evaluation". */
    private static boolean isAffected(Package ours, JsonNode affected) {
        for (JsonNode version : affected.path("versions")) {
            if (version.asText().equals(ours.version())) {
                return true;
            }
        }
        for (JsonNode range : affected.path("ranges")) {
            if (!range.path("type").asText().equals("GIT") && isIn(ours, range)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(Package ours, JsonNode range) {
        Comparator<String> order = order(ours.ecosystem());
        List<Map.Entry<String, String>> events = new ArrayList<>();
        range.path("events").forEach(event -> event.properties()
                .forEach(each -> events.add(Map.entry(each.getKey(), each.getValue().asText()))));
        // "0" is before all others, pre-releases of 0 too.
        Comparator<String> fromZero =
                Comparator.<String, Boolean>comparing(version -> !version.equals("0")).thenComparing(order);
        events.sort(Map.Entry.comparingByValue(fromZero));
        boolean in = false;
        for (var event : events) {
            int reached = fromZero.compare(ours.version(), event.getValue());
            in = switch (event.getKey()) {
                case "introduced" -> in || reached >= 0;
                case "fixed" -> in && reached < 0;
                case "last_affected" -> in && reached <= 0;
                // "limit" is for ranges of commits.
                default -> in;
            };
        }
        return in;
    }

    /** The first later version that is fixed. */
    private static String fixed(Package ours, JsonNode affected) {
        Comparator<String> order = order(ours.ecosystem());
        return affected.path("ranges").findValuesAsText("fixed").stream()
                .filter(version -> order.compare(version, ours.version()) > 0)
                .min(order)
                .orElse("no version yet");
    }

    private static Comparator<String> order(String ecosystem) {
        return ecosystem.equals("Maven") ? Comparator.comparing(ComparableVersion::new) : Advisories::semantic;
    }

    /** Compares semantic versions. Source: https://semver.org, section 11. */
    private static int semantic(String one, String other) {
        String[] a = one.replaceFirst("\\+.*", "").split("-", 2);
        String[] b = other.replaceFirst("\\+.*", "").split("-", 2);
        int release = identifiers(a[0], b[0]);
        if (release != 0 || a.length != b.length) {
            return release != 0 ? release : b.length - a.length;
        }
        return a.length == 1 ? 0 : identifiers(a[1], b[1]);
    }

    private static int identifiers(String one, String other) {
        String[] a = one.split("\\.");
        String[] b = other.split("\\.");
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            boolean first = a[i].matches("\\d+");
            boolean second = b[i].matches("\\d+");
            int compared = first && second
                    ? new BigInteger(a[i]).compareTo(new BigInteger(b[i]))
                    : first == second ? a[i].compareTo(b[i]) : first ? -1 : 1;
            if (compared != 0) {
                return compared;
            }
        }
        return a.length - b.length;
    }

    // What comes of it

    /** Ignored advisories. Each line has an id, the last day it is ignored, and the reason. */
    private static Map<String, LocalDate> readIgnored(Path file) throws IOException {
        Map<String, LocalDate> ignored = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split("\\s+", 3);
            if (parts.length < 3 || !parts[1].matches("\\d{4}-\\d\\d-\\d\\d")) {
                notChecked(file + ": '" + line + "' must be an advisory's id, a last day (2027-01-31) and a reason");
            }
            ignored.put(parts[0], LocalDate.parse(parts[1]));
        }
        return ignored;
    }

    private int report(Map<String, LocalDate> ignored) {
        Set<String> lines = new TreeSet<>();
        LocalDate today = LocalDate.now();
        ignored.forEach((id, until) -> {
            if (until.isBefore(today)) {
                lines.add(id + " was ignored until " + until + ": look at it again");
            }
        });
        int passedOver = 0;
        for (Hole hole : holes) {
            if (hole.names().stream().anyMatch(ignored::containsKey)) {
                passedOver++;
                continue;
            }
            lines.add("%s %s: %s, fixed in %s, in %s"
                    .formatted(
                            hole.shown(),
                            hole.of().version(),
                            hole.id(),
                            hole.fixed(),
                            String.join(" ", packages.get(hole.of()))));
        }
        lines.forEach(System.out::println);
        problems.forEach(System.err::println);
        if (!lines.isEmpty()) {
            return 1;
        }
        if (!problems.isEmpty()) {
            System.err.println("not checked: some advisories could not be read");
            return 2;
        }
        System.out.printf(
                "%d packages checked against %d advisories, none affected%s%n",
                names.size(), advisories, passedOver == 0 ? "" : " but by " + passedOver + " that are ignored");
        return 0;
    }
}
