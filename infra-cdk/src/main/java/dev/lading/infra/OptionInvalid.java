package dev.lading.infra;

/** An option of {@code cdk.json} or {@code --context} that cannot be deployed; the message is one sentence for who set it. */
public final class OptionInvalid extends RuntimeException {
    public OptionInvalid(String sentence) {
        super(sentence);
    }
}
