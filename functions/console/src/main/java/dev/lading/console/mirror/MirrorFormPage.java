package dev.lading.console.mirror;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * The form of a new mirror.
 *
 * @param due of the schedule that it says
 * @param commands that would make the mirror; empty: it was not asked for
 */
record MirrorFormPage(Frame page, FormInput input, Due due, List<String> commands) implements TemplateInstance {}
