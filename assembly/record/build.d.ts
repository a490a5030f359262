// What a build holds: a name that asconfig.json's targets may define (--use RECORD_REFRESHED=i32); isDefined() asks for it.
declare const RECORD_REFRESHED: unknown;
