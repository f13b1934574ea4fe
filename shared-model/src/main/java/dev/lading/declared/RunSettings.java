package dev.lading.declared;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an image runs. What is empty stays as the base has it. Source: image-spec, config.md, "config".
 *
 * @param environment added to the base's; a name that is there gets the new value
 * @param entrypoint without a command, the base's command goes, as in a Containerfile
 * @param labels added to the base's
 * @param exposedPorts added to the base's, as {@code 8080/tcp}
 */
public record RunSettings(
        Map<String, String> environment,
        Optional<List<String>> entrypoint,
        Optional<List<String>> command,
        Optional<String> workingDirectory,
        Optional<String> user,
        Map<String, String> labels,
        List<String> exposedPorts) {}
