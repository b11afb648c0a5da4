-- An ORM's schema: capitals in every name, numbers as keys, lookups that many tables point at.
CREATE TYPE "MemberRole" AS ENUM ('OWNER', 'ADMIN', 'MEMBER');
CREATE TABLE "Country" (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE "Currency" (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE "Company" (
    id bigserial PRIMARY KEY, "displayName" text NOT NULL, "createdAt" timestamptz NOT NULL DEFAULT now(), "archivedAt" timestamptz);
CREATE TABLE "User" (
    id bigserial PRIMARY KEY, "emailAddress" text UNIQUE NOT NULL, "passwordHash" text, "firstName" text, "lastName" text,
    "lastLoginAt" timestamptz, "createdAt" timestamptz NOT NULL DEFAULT now(), "bannedAt" timestamptz, "currencyId" int REFERENCES "Currency");
CREATE TABLE "CompanyMember" (
    id bigserial PRIMARY KEY, "userId" bigint NOT NULL REFERENCES "User", "companyId" bigint NOT NULL REFERENCES "Company",
    role "MemberRole" NOT NULL, "invitedById" bigint REFERENCES "User", UNIQUE ("companyId", "userId"));
CREATE TABLE "Team" (
    id bigserial PRIMARY KEY, "companyId" bigint NOT NULL REFERENCES "Company", name text, "currencyId" int REFERENCES "Currency");
CREATE TABLE "TeamMember" (
    "teamId" bigint REFERENCES "Team", "userId" bigint REFERENCES "User", PRIMARY KEY ("teamId", "userId"));
CREATE TABLE "Invoice" (
    id bigserial PRIMARY KEY, "companyId" bigint NOT NULL REFERENCES "Company", "currencyId" int REFERENCES "Currency",
    "countryCode" text REFERENCES "Country");
CREATE TABLE "Payment" (id bigserial PRIMARY KEY, "currencyId" int REFERENCES "Currency", "companyId" bigint REFERENCES "Company");
CREATE TABLE "Price" (id bigserial PRIMARY KEY, "currencyId" int REFERENCES "Currency");
CREATE TABLE "AuditEvent" (
    id bigserial PRIMARY KEY, "companyId" bigint REFERENCES "Company", "actorId" bigint REFERENCES "User", action text NOT NULL,
    "entityType" text, "entityId" text, metadata jsonb, "createdAt" timestamp NOT NULL DEFAULT now());
GRANT SELECT ON ALL TABLES IN SCHEMA public TO purview_admin;
