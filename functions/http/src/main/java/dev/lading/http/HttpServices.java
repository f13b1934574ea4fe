package dev.lading.http;

import dev.lading.access.Authenticator;
import dev.lading.access.Authorizer;
import dev.lading.access.FirstPushes;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Secrets;
import dev.lading.access.Sessions;
import dev.lading.access.Tokens;
import dev.lading.account.AccountService;
import dev.lading.account.RobotService;
import dev.lading.account.UserService;
import dev.lading.audit.Acting;
import dev.lading.build.BuildPasses;
import dev.lading.grant.GrantService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.RightsService;
import dev.lading.metadata.MetadataStore;
import dev.lading.repository.RepositoryService;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Constructs authentication and authorization, once, over what a deployment provides: its secrets and settings. */
final class HttpServices {
    @Produces
    @Singleton
    Acting acting() {
        return new Acting(RequestActor::current);
    }

    @Produces
    @Singleton
    Authorizer authorizer(RegistrySettings settings, RightsService rights) {
        return new Authorizer(settings, rights);
    }

    @Produces
    @Singleton
    FirstPushes firstPushes(
            RepositoryService repositories, NamespaceService namespaces, RightsService rights, GrantService grants) {
        return new FirstPushes(repositories, namespaces, rights, grants);
    }

    @Produces
    @Singleton
    Tokens tokens(Secrets secrets, InstantSource clock) {
        return new Tokens(secrets, clock);
    }

    @Produces
    @Singleton
    Authenticator authenticator(
            Secrets secrets,
            Tokens tokens,
            MetadataStore metadata,
            UserService users,
            RobotService robots,
            AccountService accounts,
            BuildPasses builds,
            InstantSource clock) {
        return new Authenticator(secrets, tokens, metadata, users, robots, accounts, builds, clock);
    }

    @Produces
    @Singleton
    Sessions sessions(Tokens tokens, Authenticator authenticator, Secrets secrets) {
        return new Sessions(tokens, authenticator, secrets);
    }

    @Produces
    @Singleton
    RegistryUrls urls(RegistrySettings settings) {
        return new RegistryUrls(settings);
    }
}
