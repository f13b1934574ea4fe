package dev.lading.console.through;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.remote.Remote;
import io.quarkus.qute.TemplateInstance;

/**
 * The form that changes the remote of pull-through caches.
 *
 * @param cache id of the one from whose page its caller came; empty: none
 * @param credentials whether it has some
 */
record ThroughRemotePage(Frame page, Remote remote, String cache, FormInput input, boolean credentials)
        implements TemplateInstance {}
