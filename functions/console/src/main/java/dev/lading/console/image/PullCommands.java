package dev.lading.console.image;

import dev.lading.console.Shell;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lines to get an image by.
 *
 * @param base path that they pull from
 */
public record PullCommands(SeenImage.Name base, List<Line> lines) {
    public PullCommands {
        lines = List.copyOf(lines);
    }

    /**
     * A line, or a few.
     *
     * @param client that takes it
     */
    public record Line(String client, String text) {}

    /**
     * @param host as clients name the registry
     * @param secure whether it is reached by TLS; clients but docker, which trusts its own machine, must be told
     * @param tag that is on the image there
     */
    static PullCommands of(
            SeenImage.Name base,
            String host,
            boolean secure,
            Optional<Tag> tag,
            Digest digest,
            ImageContent.Kind kind) {
        String name = host + "/" + base.name();
        String byTag = tag.map(each -> name + ":" + each.value()).orElse("");
        String byDigest = name + "@" + digest;
        List<Line> lines = new ArrayList<>();
        if (kind == ImageContent.Kind.ARTIFACT) {
            lines.add(line("ORAS", "oras pull " + (secure ? "" : "--plain-http "), byTag, byDigest));
            return new PullCommands(base, lines);
        }
        if (kind == ImageContent.Kind.CHART) {
            tag.ifPresent(each -> lines.add(new Line(
                    "Helm, by version",
                    "helm pull" + (secure ? "" : " --plain-http") + " "
                            + Shell.shell("oci://" + name)
                            + " --version " + Shell.shell(each.value().replace('_', '+')))));
            lines.add(new Line(
                    "Helm, by digest",
                    "helm pull" + (secure ? "" : " --plain-http") + " " + Shell.shell("oci://" + byDigest)));
            return new PullCommands(base, lines);
        }
        lines.add(line("docker", "docker pull ", byTag, byDigest));
        lines.add(line("podman", "podman pull " + (secure ? "" : "--tls-verify=false "), byTag, byDigest));
        lines.add(line(
                "containerd, by nerdctl", "nerdctl pull " + (secure ? "" : "--insecure-registry "), byTag, byDigest));
        lines.add(line("containerd, by ctr", "ctr images pull " + (secure ? "" : "--plain-http "), byTag, byDigest));
        lines.add(new Line("Kubernetes", byTag.isEmpty() ? "image: " + byDigest : "image: " + byTag + "@" + digest));
        return new PullCommands(base, lines);
    }

    private static Line line(String client, String command, String byTag, String byDigest) {
        String pinned = command + Shell.shell(byDigest);
        return new Line(client, byTag.isEmpty() ? pinned : command + Shell.shell(byTag) + "\n" + pinned);
    }
}
