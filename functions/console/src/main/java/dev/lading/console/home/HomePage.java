package dev.lading.console.home;

import dev.lading.console.Frame;
import dev.lading.console.Some;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * @param open what everybody may pull, for a visitor
 * @param empty whether the caller sees that there is nothing at all
 * @param hours how far back the changes go
 */
record HomePage(
        Frame page,
        Attention attention,
        List<NewestChanges.NewVersion> changes,
        Some<Search.Hit> open,
        boolean empty,
        int hours)
        implements TemplateInstance {}
