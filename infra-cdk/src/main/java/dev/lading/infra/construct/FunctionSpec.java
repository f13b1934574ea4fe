package dev.lading.infra.construct;

import static java.util.Objects.requireNonNull;

import dev.lading.infra.option.OptionInvalid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.logs.RetentionDays;

/**
 * The settings in which Lading's functions differ.
 *
 * @param zip packaged by Quarkus
 * @param memoryMiB processor time comes in proportion
 * @param environment read when the function starts
 */
public record FunctionSpec(
        String description,
        Path zip,
        int memoryMiB,
        Duration timeout,
        Map<String, String> environment,
        RetentionDays logRetention) {

    public FunctionSpec {
        requireNonNull(description, "description");
        environment = Map.copyOf(environment);
        if (!Files.isRegularFile(zip)) {
            throw new OptionInvalid(
                    "There is no %s: `make synth` and `make deploy` build the functions first.".formatted(zip));
        }
    }
}
