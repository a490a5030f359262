// What a build holds: a name that asconfig.json's targets may define (--use FLAG_CHECKED=i32); isDefined() asks for it.
declare const FLAG_CHECKED: unknown;
