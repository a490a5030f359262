// What a build holds: a name that asconfig.json's targets may define (--use FULL_SQUARE=i32); isDefined() asks for it.
declare const FULL_SQUARE: unknown;
