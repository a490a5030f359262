// What a build holds: a name that asconfig.json's targets may define (--use STATES_SHARED=i32); isDefined() asks for it.
declare const STATES_SHARED: unknown;
