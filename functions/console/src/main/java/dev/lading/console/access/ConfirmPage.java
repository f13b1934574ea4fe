package dev.lading.console.access;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * Asks before something is deleted.
 *
 * @param question with what it is about
 * @param follows what comes of it
 * @param action path below {@code /ui} that does it
 * @param back path below {@code /ui} of the page that asked
 * @param command that does the same
 * @param problem why it was not done; empty: nobody tried
 */
public record ConfirmPage(
        Frame page,
        Tabs tabs,
        String question,
        List<String> follows,
        String action,
        String back,
        String command,
        String problem)
        implements TemplateInstance {}
