package dev.lading.infra.option;

import java.util.Optional;

/**
 * What secrets of remotes are sealed under: a key in Parameter Store, which costs nothing, or a KMS key. A KMS key that
 * is deployed stays, whatever is chosen, and opens what it sealed.
 *
 * @param isDeployed whether the deployed stacks have a KMS key
 * @param seals whether new secrets are sealed under a KMS key
 */
public record SealOption(boolean isDeployed, boolean seals) {
    /** Context option with {@link #isDeployed}, which {@code make deploy} looks up. */
    public static final String DEPLOYED = "sealKeyDeployed";

    static SealOption parse(ContextOptions given) {
        boolean isDeployed = given.flag(DEPLOYED, false);
        String sealKey = given.text("sealKey", "parameter|kms", "parameter or kms", isDeployed ? "kms" : "parameter");
        return new SealOption(isDeployed, sealKey.equals("kms"));
    }

    /** Whether the stacks have a KMS key. */
    public boolean kms() {
        return isDeployed || seals;
    }

    /** What was decided for a key that is deployed, a sentence; empty: there is none. */
    public Optional<String> decision() {
        if (!isDeployed) {
            return Optional.empty();
        }
        return Optional.of(
                seals
                        ? "The deployed KMS key stays, and secrets of remotes are sealed under it."
                        : "The deployed KMS key stays, to open what it sealed; secrets of remotes are sealed under a key in Parameter Store from now on.");
    }
}
