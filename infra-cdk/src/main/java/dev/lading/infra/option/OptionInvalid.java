package dev.lading.infra.option;

/** An option that cannot be deployed; the message is one sentence for the operator who set it. */
public final class OptionInvalid extends RuntimeException {
    public OptionInvalid(String sentence) {
        super(sentence);
    }
}
