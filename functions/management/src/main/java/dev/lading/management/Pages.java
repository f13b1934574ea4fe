package dev.lading.management;

import dev.lading.management.api.Listing;
import dev.lading.metadata.Page;
import dev.lading.registry.RegistryUrls;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Answers requests for lists. */
@Singleton
public class Pages {
    private final RegistryUrls urls;

    public Pages(RegistryUrls urls) {
        this.urls = urls;
    }

    private static final int STORE_PAGE = 200;

    /** Reads part of what a service lists. */
    @FunctionalInterface
    interface Source<T> {
        Page<T> read(Optional<String> after, int limit);
    }

    /** All that a service lists, read a page at a time while the list is walked. */
    static <T> Stream<T> all(Source<T> source) {
        return Stream.iterate(
                        Optional.of(source.read(Optional.empty(), STORE_PAGE)),
                        Optional::isPresent,
                        page -> page.flatMap(Page::next).map(next -> source.read(Optional.of(next), STORE_PAGE)))
                .flatMap(page -> page.orElseThrow().records().stream());
    }

    /** @param all in the order of the list, newest first */
    <T> Response page(Listing<T> listing, Stream<T> all, UriInfo uri) {
        return page(listing, all, Set.of(), uri);
    }

    /** @param satisfied filters that all of them are known to pass */
    <T> Response page(Listing<T> listing, Stream<T> all, Set<String> satisfied, UriInfo uri) {
        String address = urls.here(uri, uri.getRequestUri().getRawPath());
        return Answers.ok(listing.page(all, satisfied, uri.getQueryParameters(), address));
    }
}
