// What a build holds: names that asconfig.json's targets define (--use WITH_…=i32) and isDefined() asks for.
declare const WITH_SHA512: unknown;
declare const WITH_ED25519: unknown;
declare const WITH_P256: unknown;
declare const WITH_RSA: unknown;
declare const WITH_LMS: unknown;
